import type { MessageEvent } from '../../src/messages/message.events.js';
import type { QueuedMessage, WhyCancelled, WhyHeld } from '../../src/messages/sending.events.js';
import type { RecipientState } from '../../src/messages/sending.fold.js';
import { type HoldEvent, outboxStream, type WhyOutboxHeld } from '../../src/sending/hold/hold.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { count, flag, id, inKey, orNull, reference, text, time } from '../../src/platform/read-models/columns.js';
import { type Rows, table } from '../../src/platform/read-models/projection.js';
import type { ProjectionTable } from '../../src/platform/read-models/projection-tables.js';

/** How far the sending of a message is. */
export interface OutgoingRow {
  messageId: string;
  accountId: string;
  /** user that queued the message; null: a service or the system */
  createdBy: string | null;
  queuedAt: Date;
  sendAt: Date | null;
  /** earliest first attempt */
  notBefore: Date;
  attempts: number;
  /** true from the beginning of an attempt to its outcome */
  isRunning: boolean;
  held: WhyHeld | null;
  /** true while the whole outbox is held, for mail that was queued before; says nothing about mail that has left */
  isOutboxHeld: boolean;
  cancelled: WhyCancelled | null;
  nextTryAt: Date | null;
  /** of the last attempt that failed as a whole */
  reason: string | null;
  copy: 'pending' | 'kept' | 'failed' | 'none';
  keepsCopy: boolean;
}

export interface RecipientRow {
  messageId: string;
  /** index in the envelope */
  n: number;
  accountId: string;
  address: string | null;
  state: RecipientState;
  /** last reply of a server about the recipient */
  reply: string | null;
}

/** The hold of the outbox; no row: it is not held. */
export interface HoldRow {
  stream: string;
  why: WhyOutboxHeld;
  since: Date;
}

export const outgoingTables = (
  version: number,
): {
  outgoing: ProjectionTable<OutgoingRow>;
  recipients: ProjectionTable<RecipientRow>;
  holds: ProjectionTable<HoldRow>;
} => ({
  holds: table<HoldRow>('mail_holds', version, { columns: { stream: id, why: text, since: time } }),
  outgoing: table<OutgoingRow>('mail_outgoing', version, {
    columns: {
      messageId: id,
      accountId: reference,
      createdBy: orNull(reference),
      queuedAt: time,
      sendAt: orNull(time),
      notBefore: time,
      attempts: count,
      isRunning: flag,
      held: orNull(text),
      isOutboxHeld: flag,
      cancelled: orNull(text),
      nextTryAt: orNull(time),
      reason: orNull(text),
      copy: text,
      keepsCopy: flag,
    },
    indices: [{ columns: ['accountId'] }],
  }),
  recipients: table<RecipientRow>('mail_recipients', version, {
    columns: {
      messageId: id,
      n: inKey(count),
      accountId: reference,
      address: orNull(text),
      state: text,
      reply: orNull(text),
    },
    indices: [{ columns: ['accountId'] }],
  }),
});

interface RowsOf {
  holds: Rows<HoldRow>;
  outgoing: Rows<OutgoingRow>;
  recipients: Rows<RecipientRow>;
}

export function putOutgoing({ outgoing, recipients }: RowsOf, fact: Recorded<Fact<string, QueuedMessage>>): void {
  const { messageId, accountId, sendAt, notBefore, keepCopy, envelope, recipientCount, userId } = fact.data;
  outgoing.put({
    messageId,
    accountId,
    createdBy: userId,
    queuedAt: new Date(fact.metadata.at),
    sendAt: sendAt === null ? null : new Date(sendAt),
    notBefore: new Date(notBefore),
    attempts: 0,
    isRunning: false,
    held: null,
    isOutboxHeld: false,
    cancelled: null,
    nextTryAt: new Date(notBefore),
    reason: null,
    copy: 'none',
    keepsCopy: keepCopy,
  });
  for (let n = 0; n < recipientCount; n++)
    recipients.put({
      messageId,
      n,
      accountId,
      address: envelope?.recipients[n] ?? null,
      state: 'waiting',
      reply: null,
    });
}

/** Of mail that was queued before. */
export const holdHandlers = {
  OutboxHeld: (
    { outgoing, holds }: RowsOf,
    { data: { why }, metadata }: Recorded<Extract<HoldEvent, { type: 'OutboxHeld' }>>,
  ) => {
    outgoing.updateWhere({ isOutboxHeld: false }, { isOutboxHeld: true });
    holds.put({ stream: outboxStream, why, since: new Date(metadata.at) });
  },
  OutboxReleased: ({ outgoing, holds }: RowsOf) => {
    outgoing.updateWhere({ isOutboxHeld: true }, { isOutboxHeld: false });
    holds.remove({ stream: outboxStream });
  },
};

type Handlers<R> = {
  [T in MessageEvent['type']]?: (rows: R, fact: Recorded<Extract<MessageEvent, { type: T }>>) => void;
};

function turn(
  { recipients }: RowsOf,
  messageId: string,
  which: readonly number[],
  change: Partial<RecipientRow>,
): void {
  for (const n of which) recipients.update({ messageId, n }, change);
}

/** Recipients in one of these states change to another. */
function turnAll({ recipients }: RowsOf, messageId: string, from: readonly RecipientState[], to: RecipientState): void {
  for (const state of from) recipients.updateWhere({ messageId, state }, { state: to });
}

/** @param setInOutbox shows the message in the outbox, or takes it away */
export const outgoingHandlers = <R extends RowsOf>(
  setInOutbox: (rows: R, messageId: string, isInOutbox: boolean, isCancelled?: boolean) => void,
) =>
  ({
    SendBegan: (rows, { data: { messageId, attempt } }) =>
      rows.outgoing.update({ messageId }, { attempts: attempt, isRunning: true, held: null, nextTryAt: null }),
    RecipientsAccepted: (rows, { data: { messageId, recipients, reply, open } }) => {
      turn(rows, messageId, recipients, { state: 'accepted', reply });
      rows.outgoing.update({ messageId }, { isRunning: false, reason: null });
      rows.outgoing.updateWhere({ messageId, keepsCopy: true, copy: 'none' }, { copy: 'pending' });
      if (open === 0) setInOutbox(rows, messageId, false);
    },
    RecipientsDeferred: (rows, { data: { messageId, recipients, reply, until, reason } }) => {
      turn(rows, messageId, recipients, { state: 'deferred', reply });
      rows.outgoing.update({ messageId }, { isRunning: false, nextTryAt: new Date(until), reason });
    },
    RecipientsRefused: (rows, { data: { messageId, recipients, reply, open, reason } }) => {
      turn(rows, messageId, recipients, { state: 'refused', reply });
      rows.outgoing.update({ messageId }, { isRunning: false, reason });
      if (open === 0) setInOutbox(rows, messageId, false);
    },
    SendUnknown: (rows, { data: { messageId } }) => {
      turnAll(rows, messageId, ['waiting', 'deferred'], 'unknown');
      rows.outgoing.update({ messageId }, { isRunning: false, reason: 'no-reply' });
    },
    SendResolved: (rows, { data: { messageId, outcome, by }, metadata }) => {
      const decided: RecipientState[] = [
        'unknown',
        'waiting',
        'deferred',
        ...(by === 'person' ? ['refused' as const] : []),
      ];
      const arrived = outcome === 'arrived';
      turnAll(rows, messageId, decided, arrived ? 'accepted' : 'waiting');
      const nextTryAt = arrived ? null : new Date(metadata.at);
      const copy = by === 'copy-found' ? { copy: 'kept' as const } : {};
      rows.outgoing.update({ messageId }, { isRunning: false, held: null, reason: null, nextTryAt, ...copy });
      setInOutbox(rows, messageId, !arrived);
    },
    SendHeld: (rows, { data: { messageId, why } }) =>
      rows.outgoing.update({ messageId }, { held: why, isRunning: false, nextTryAt: null }),
    SendConfirmed: (rows, { data: { messageId }, metadata }) =>
      rows.outgoing.update({ messageId }, { held: null, nextTryAt: new Date(metadata.at) }),
    SendCancelled: (rows, { data: { messageId, why } }) => {
      rows.outgoing.update({ messageId }, { cancelled: why, held: null, nextTryAt: null });
      setInOutbox(rows, messageId, false, true);
    },
    CopyFailed: ({ outgoing }, { data: { messageId } }) => outgoing.update({ messageId }, { copy: 'failed' }),
    DeliveryFailed: (rows, { data: { messageId, recipient, diagnostic } }) => {
      if (recipient !== null) turn(rows, messageId, [recipient], { state: 'bounced', reply: diagnostic });
    },
    DeliveryDelayed: (rows, { data: { messageId, recipient, diagnostic } }) => {
      if (recipient !== null) turn(rows, messageId, [recipient], { reply: diagnostic });
    },
  }) satisfies Handlers<R>;
