import type { MessageEvent } from '../messages/message.events.js';
import type { Message } from '../messages/message.fold.js';
import type { QueuedMessage, WhyCancelled, WhyHeld } from '../messages/sending.events.js';
import { mayHaveLeft, openRecipients, type Sending } from '../messages/sending.fold.js';
import { Refused } from '../platform/domain.js';

/** First pause before a deferred message is tried again; it doubles with each attempt. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3 * 60 * 60_000;
/** Deferred recipients are given up after this time (RFC 5321 §4.5.4.1 recommends days). */
const GIVE_UP_AFTER_MS = 2 * 24 * 60 * 60_000;
/** A scheduled message that the service could not send in time waits for a person. */
export const OVERDUE_MS = 60 * 60_000;

export interface Sent {
  accountId: string;
  messageId: string;
  sending: Sending;
}

/** The message with its sending; null: not from here, or destroyed. */
export const sentIn = (state: Message, messageId: string): Sent | null =>
  state.status === 'on-record' && state.sending
    ? { accountId: state.accountId, messageId, sending: state.sending }
    : null;

/** Queues a message once. */
export const queue = (state: Message, data: QueuedMessage): MessageEvent[] =>
  state.status === 'absent' ? [{ type: 'MessageQueued', data }] : [];

/** True while an attempt may begin: nothing runs, holds or ends the message. */
export function mayBegin(sending: Sending): boolean {
  const { running, isCancelled, recipients, held } = sending;
  if (running?.dotReached || isCancelled || recipients.includes('unknown')) return false;
  return held !== 'overdue' && openRecipients(sending).length > 0;
}

/** Of two workers, and of a worker and a cancellation, one wins: the append expects the revision that was read. */
export function begin({ accountId, messageId, sending }: Sent): MessageEvent[] {
  if (!mayBegin(sending)) return [];
  const recipients = openRecipients(sending);
  return [{ type: 'SendBegan', data: { accountId, messageId, attempt: sending.attempts + 1, recipients } }];
}

/** @throws Refused if the attempt is not the running one: the worker has lost its lease, and writes no final dot */
export function reachDot({ accountId, messageId, sending }: Sent, attempt: number): MessageEvent[] {
  if (sending.running?.attempt !== attempt) throw new Refused('attempt-overtaken', 'conflict');
  return [{ type: 'FinalDotReached', data: { accountId, messageId, attempt } }];
}

/** Outcome of one recipient. `reply`: line of the server; null: the attempt failed before such a reply. */
export interface RecipientOutcome {
  recipient: number;
  result: 'accepted' | 'deferred' | 'refused';
  reply: string | null;
  code: string | null;
  reason: string | null;
}

/**
 * Records outcomes: one fact for all recipients with the same result and reply. Deferred recipients are refused once
 * two days have passed since the first deferred attempt.
 */
export function recordOutcomes(
  { accountId, messageId, sending }: Sent,
  attempt: number,
  outcomes: readonly RecipientOutcome[],
  { at, given }: { at: Date; given: { givenId: string; sentKey: string } | null },
): MessageEvent[] {
  if (sending.running?.attempt !== attempt) return [];
  const since = sending.deferred?.since ?? at.toISOString();
  const isOver = at.getTime() - Date.parse(since) >= GIVE_UP_AFTER_MS;
  const final = outcomes.map((one) =>
    one.result === 'deferred' && isOver ? { ...one, result: 'refused' as const } : one,
  );
  const open = final.filter(({ result }) => result === 'deferred').length;
  // A report came before the outcome: its recipient stays bounced, and the fact still ends the attempt.
  const isBounced = ({ recipient }: RecipientOutcome): boolean => sending.recipients[recipient] === 'bounced';
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  const until = new Date(at.getTime() + pauseMs).toISOString();
  return (['accepted', 'refused', 'deferred'] as const).flatMap((result) =>
    alike(final.filter((one) => one.result === result)).map((same): MessageEvent => {
      const [{ reply, code, reason }] = same as [RecipientOutcome];
      const data = {
        accountId,
        messageId,
        attempt,
        recipients: same.filter((one) => !isBounced(one)).map((one) => one.recipient),
        open,
        reply,
      };
      if (result === 'accepted') {
        const { givenId = null, sentKey = null } = given ?? {};
        return { type: 'RecipientsAccepted', data: { ...data, givenId, sentKey } };
      }
      if (result === 'refused')
        return { type: 'RecipientsRefused', data: { ...data, userId: sending.request.userId, code, reason } };
      return { type: 'RecipientsDeferred', data: { ...data, until, since, code, reason } };
    }),
  );
}

function alike(outcomes: readonly RecipientOutcome[]): RecipientOutcome[][] {
  const groups = new Map<string, RecipientOutcome[]>();
  for (const one of outcomes) {
    const name = JSON.stringify([one.reply, one.code, one.reason]);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()];
}

/** No reply came after the final dot, or the process died before the reply was recorded. */
export function loseReply({ accountId, messageId, sending }: Sent, final: boolean): MessageEvent[] {
  const { running } = sending;
  if (!running?.dotReached) return [];
  const { userId } = sending.request;
  return [{ type: 'SendUnknown', data: { accountId, messageId, attempt: running.attempt, userId, final } }];
}

/** The copy was looked for often enough: a person decides. */
export const leaveToPerson = ({ accountId, messageId, sending }: Sent): MessageEvent[] =>
  sending.recipients.includes('unknown')
    ? [
        {
          type: 'SendUnknown',
          data: { accountId, messageId, attempt: sending.attempts, userId: sending.request.userId, final: true },
        },
      ]
    : [];

/** A copy in Sent proves that a server took the message. */
export const findCopy = ({ accountId, messageId, sending }: Sent): MessageEvent[] =>
  sending.isCancelled || sending.recipients.every((state) => state === 'accepted')
    ? []
    : [{ type: 'SendResolved', data: { accountId, messageId, outcome: 'arrived', by: 'copy-found', open: 0 } }];

export const hold = ({ accountId, messageId, sending }: Sent, why: WhyHeld): MessageEvent[] =>
  sending.isCancelled || sending.held === why
    ? []
    : [
        {
          type: 'SendHeld',
          data: { accountId, messageId, userId: sending.request.userId, why, attempts: sending.attempts },
        },
      ];

/**
 * Lets a message leave at once: an overdue one, or one that waits for its time.
 * @throws Refused 409 `not-overdue`
 */
export function confirm({ accountId, messageId, sending }: Sent): MessageEvent[] {
  if (sending.isConfirmed) return [];
  const isWaiting = sending.held === null && sending.attempts === 0 && isCancellable(sending) && !sending.isCancelled;
  if (sending.held !== 'overdue' && !isWaiting)
    throw new Refused(
      'not-overdue',
      'conflict',
      'Only a message that waits for its time, or missed it, can be sent now.',
    );
  return [{ type: 'SendConfirmed', data: { accountId, messageId } }];
}

const isCancellable = (sending: Sending): boolean =>
  !sending.running && !mayHaveLeft(sending) && openRecipients(sending).length > 0;

/** A message that a server may have taken is not cancelled. @throws Refused 409 `sending-began` */
export function cancel({ accountId, messageId, sending }: Sent, why: WhyCancelled): MessageEvent[] {
  if (sending.isCancelled) return [];
  if (!isCancellable(sending))
    throw new Refused('sending-began', 'conflict', 'The message is being sent, or has left. It cannot be taken back.');
  return [{ type: 'SendCancelled', data: { accountId, messageId, userId: sending.request.userId, why } }];
}

/** Cancels a message that is certainly not sent; a message that may have left goes on. */
export const cancelIfPossible = (sent: Sent, why: WhyCancelled): MessageEvent[] =>
  isCancellable(sent.sending) ? cancel(sent, why) : [];

/** @throws Refused 409 `nothing-to-resolve` */
export function resolve({ accountId, messageId, sending }: Sent, outcome: 'arrived' | 'send-again'): MessageEvent[] {
  const { running, isCancelled, recipients } = sending;
  const undecided = recipients.filter((state) => ['unknown', 'refused', 'deferred'].includes(state)).length;
  if (running || isCancelled || undecided === 0)
    throw new Refused('nothing-to-resolve', 'conflict', 'The message is on its way, has arrived, or was cancelled.');
  const open = outcome === 'arrived' ? 0 : undecided;
  return [{ type: 'SendResolved', data: { accountId, messageId, outcome, by: 'person', open } }];
}

export const keepCopy = (
  { accountId, messageId, sending }: Sent,
  kept: { by: 'us' | 'server'; place: { folderId: string; uidValidity: string; uid: number } | null },
): MessageEvent[] =>
  sending.copy === 'pending' || sending.copy === 'failed'
    ? [{ type: 'CopyKept', data: { accountId, messageId, ...kept } }]
    : [];

/** The server stored a copy of its own later, and the one that this service stored is gone. */
export const findSecondCopy = ({ accountId, messageId }: Sent): MessageEvent[] => [
  { type: 'CopyKept', data: { accountId, messageId, by: 'server', place: null } },
];

export const failCopy = ({ accountId, messageId, sending }: Sent, reason: string): MessageEvent[] =>
  sending.copy === 'pending' ? [{ type: 'CopyFailed', data: { accountId, messageId, reason } }] : [];
