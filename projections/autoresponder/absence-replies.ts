import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { AutoreplyEvent } from '../../src/autoresponder/autoreply.events.js';
import type { MessageEvent } from '../../src/messages/message.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { id, orNull, position, reference, text, time } from '../../src/platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../../src/platform/read-models/projection.js';

export type Outcome = 'waiting' | 'sent' | 'failed' | 'unknown' | 'suppressed';

/** A message that came during an absence, and its answer. */
export interface AbsenceReplyRow {
  messageId: string;
  accountId: string;
  /** null: suppressed */
  replyId: string | null;
  /** null: none, or erased */
  to: string | null;
  at: Date;
  outcome: Outcome;
  /** why the reply was suppressed or failed; null: neither */
  reason: string | null;
  position: string;
}

const VERSION = 1;
const replies = table<AbsenceReplyRow>('absence_replies', VERSION, {
  columns: {
    messageId: id,
    accountId: reference,
    replyId: orNull(reference),
    to: orNull(text),
    at: time,
    outcome: text,
    reason: orNull(text),
    position,
  },
  indices: [{ columns: ['accountId', 'position', 'messageId'] }],
  also: ['create index on % ("replyId") where "replyId" is not null'],
});
export const absenceReplyTables = { replies };

type RowsOf = { replies: Rows<AbsenceReplyRow> };
type OfMessage = Recorded<Fact<string, { messageId: string }>>;

const put = (
  { replies }: RowsOf,
  { data, metadata, position }: Recorded<AutoreplyEvent>,
  rest: Pick<AbsenceReplyRow, 'replyId' | 'outcome' | 'reason'>,
): void => {
  const { messageId, accountId, to } = data;
  replies.put({ messageId, accountId, to, at: new Date(metadata.at), position, ...rest });
};

const turn = (
  { replies }: RowsOf,
  { data: { messageId: replyId } }: OfMessage,
  outcome: Outcome,
  reason: string | null = null,
): void => replies.updateWhere({ replyId }, { outcome, reason });

const forget = ({ replies }: RowsOf, { data: { messageId } }: OfMessage): void => {
  replies.update({ messageId }, { to: null });
  replies.updateWhere({ replyId: messageId }, { to: null });
};

/** Replies during absences, sent and suppressed. */
export const absenceReplies = defineProjection<
  AutoreplyEvent | MessageEvent | AccountEvent,
  { replies: AbsenceReplyRow }
>({
  name: 'absence-replies',
  version: VERSION,
  tables: absenceReplyTables,
  on: {
    ReplyQueued: (rows, fact) => put(rows, fact, { replyId: fact.data.replyId, outcome: 'waiting', reason: null }),
    ReplySuppressed: (rows, fact) =>
      put(rows, fact, { replyId: null, outcome: 'suppressed', reason: fact.data.reason }),
    RecipientsAccepted: (rows, fact) => turn(rows, fact, 'sent'),
    RecipientsRefused: (rows, fact) => turn(rows, fact, 'failed', fact.data.code ?? fact.data.reason),
    RecipientsDeferred: (rows, fact) => turn(rows, fact, 'waiting', fact.data.code ?? fact.data.reason),
    SendUnknown: (rows, fact) => turn(rows, fact, 'unknown', 'no-reply'),
    SendResolved: (rows, fact) => turn(rows, fact, fact.data.outcome === 'arrived' ? 'sent' : 'waiting'),
    SendHeld: (rows, fact) => turn(rows, fact, 'waiting', fact.data.why),
    SendCancelled: (rows, fact) => turn(rows, fact, 'failed', fact.data.why),
    DeliveryFailed: (rows, fact) => turn(rows, fact, 'failed', fact.data.code),
    MessageErased: forget,
    MessageDestroyed: forget,
    AccountRemoved: ({ replies }, { data: { accountId } }) => replies.removeWhere({ accountId }),
  },
});
