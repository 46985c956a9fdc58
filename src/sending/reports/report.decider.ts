import type { MessageEvent } from '../../messages/message.events.js';
import type { Sending } from '../../messages/sending.fold.js';

interface Sent {
  accountId: string;
  messageId: string;
  sending: Sending;
}

/** The words of a report about one recipient. */
export interface Reported {
  /** index in the envelope; null: the report does not tell */
  recipient: number | null;
  recipientKey: string | null;
  kind: 'failed' | 'delayed' | 'complained';
  code: string | null;
  diagnostic: string | null;
}

const TYPES = { failed: 'DeliveryFailed', delayed: 'DeliveryDelayed', complained: 'DeliveryComplained' } as const;
/** Reports of one message, beside one for each recipient: each reader of the message can write some. */
const FURTHER_REPORTS = 50;

/**
 * Records a report once. It proves that a server took the message. A recipient that no server can have taken has no
 * report, and one that came back stays so.
 */
export function recordReport(
  { accountId, messageId, sending }: Sent,
  reportId: string,
  reported: readonly Reported[],
): MessageEvent[] {
  const { reports, recipients, isCancelled } = sending;
  if (isCancelled || reports.has(reportId) || reports.size >= recipients.length + FURTHER_REPORTS) return [];
  const about = reported.filter((one) => isPossible(sending, one));
  if (about.length === 0) return [];
  const of = { accountId, messageId };
  const { userId } = sending.request;
  const proof: MessageEvent[] = recipients.includes('unknown')
    ? [{ type: 'SendResolved', data: { ...of, outcome: 'arrived', by: 'report', open: 0 } }]
    : [];
  return [
    ...proof,
    ...about.map(({ kind, ...data }): MessageEvent => ({
      type: TYPES[kind],
      data: { ...of, userId, ...data, reportId },
    })),
  ];
}

function isPossible({ recipients, running }: Sending, { recipient, kind }: Reported): boolean {
  const hasLeft = (n: number): boolean =>
    ['accepted', 'unknown'].includes(recipients[n]!) ||
    (running?.dotReached === true && running.recipients.includes(n) && recipients[n] !== 'bounced');
  if (recipient !== null) return hasLeft(recipient);
  return kind === 'complained' && recipients.some((_, n) => hasLeft(n));
}
