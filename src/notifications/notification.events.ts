import type { MessageEvent } from '../messages/message.events.js';
import type { SendingEvent } from '../messages/sending.events.js';
import type { DataOf, Fact, FactShapes } from '../platform/domain.js';
import type { WishEvent } from '../mailboxes/wishes/wish.events.js';

type Received = DataOf<MessageEvent, 'MessageReceived' | 'MessageAlsoReceived'>;

/** True if people are told of a received message: not of an import, and not of mail of the organisation itself. */
export const notifies = ({ arrival, reactions, author }: Received): boolean =>
  arrival === 'new' && reactions.notify && author !== 'own';

interface Refusal {
  id: string;
  userId: string;
  messageIds: string[];
  reason: string;
}

/** Refused wishes of people, in the order of the fact. */
export const refusalsOf = ({ accountId, settled, refused }: DataOf<WishEvent, 'WishesSettled'>): Refusal[] =>
  refused.flatMap(({ by, messageIds, reason }, n) => {
    const userId = personIn(by);
    return userId === undefined ? [] : [{ id: refusalNotification(accountId, settled, n), userId, messageIds, reason }];
  });

export type SendingKind = 'send-failed' | 'send-bounced' | 'send-held' | 'send-unknown' | 'send-cancelled';

interface SendingNews {
  id: string;
  kind: SendingKind;
  /** the person that sent the message */
  userId: string;
  /** code of a mail server, or a stable word; null: none */
  reason: string | null;
}

/** Facts of sending that their sender may be told. */
export type TellingFact = Extract<
  SendingEvent,
  { type: 'RecipientsRefused' | 'DeliveryFailed' | 'SendHeld' | 'SendUnknown' | 'SendCancelled' }
>;

/**
 * The news for the person that sent the message: it failed, waits for a person, or was cancelled by others. Null for
 * services, and for all that the person did.
 */
export function newsOf(fact: TellingFact): SendingNews | null {
  const { messageId, userId } = fact.data;
  if (!userId) return null;
  const news = (what: string, nth: string | number, reason: string | null): SendingNews => ({
    id: `sending-${what}-${messageId}.${nth}`,
    kind: `send-${what}` as SendingKind,
    userId,
    reason,
  });
  switch (fact.type) {
    case 'RecipientsRefused':
      return news('failed', fact.data.attempt, fact.data.code ?? fact.data.reason);
    case 'DeliveryFailed':
      return news('bounced', fact.data.reportId, fact.data.code);
    case 'SendHeld':
      return news('held', `${fact.data.attempts}-${fact.data.why}`, fact.data.why);
    case 'SendUnknown':
      return fact.data.final ? news('unknown', fact.data.attempt, 'no-reply') : null;
    case 'SendCancelled': {
      const { why } = fact.data;
      return why === 'person' || why === 'replaced' || why === 'edited' ? null : news('cancelled', why, why);
    }
    default:
      return fact satisfies never;
  }
}

/** Id of the person in the author of a fact; undefined: a service or the system. */
const personIn = (by: string): string | undefined => /^user:(.+)$/.exec(by)?.[1];

/** Notifications that a person has read; these themselves are a projection. */
export const notificationsStream = (userId: string): string => `notifications-${userId}`;

/** These notifications, and with `until` (ISO 8601 UTC) also all others up to that time. */
export type NotificationEvent = Fact<'NotificationsRead', { userId: string; ids: string[]; until: string | null }>;

export const notificationFacts: FactShapes<NotificationEvent> = { NotificationsRead: { v: 1 } };

/**
 * Ids of notifications, made from the ids of their subjects: the same after every rebuild, and a command finds the
 * account of a notification without a read model.
 */
export const mailNotification = (messageId: string): string => `mail-${messageId}`;
/** Many messages of one account. @param minute minutes since 1970 */
export const mailsNotification = (accountId: string, minute: number | string): string => `mails-${minute}-${accountId}`;
/** @param settled of the fact, which differs from that of all others of the account, `n` number within the fact */
export const refusalNotification = (accountId: string, settled: number, n: number): string =>
  `refused-${settled}-${n}-${accountId}`;

export type Subject =
  { of: 'message' | 'sending'; messageId: string } | { of: 'account'; accountId: string; personal: boolean };

/** Subject of a notification by its id; undefined: no id of a notification. */
export function subjectOf(id: string): Subject | undefined {
  const [, messageId] = /^mail-(.+)$/.exec(id) ?? [];
  if (messageId !== undefined) return { of: 'message', messageId };
  const [, sent] = /^sending-[a-z]+-([^.]+)\./.exec(id) ?? [];
  if (sent !== undefined) return { of: 'sending', messageId: sent };
  const [, mails, refused] = /^(?:mails-\d{1,10}-(.+)|refused-\d{1,10}-\d{1,10}-(.+))$/.exec(id) ?? [];
  const accountId = mails ?? refused;
  return accountId === undefined ? undefined : { of: 'account', accountId, personal: mails === undefined };
}
