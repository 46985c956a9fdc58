import type { AbsenceReplyRow, Outcome } from './absence-replies.js';
import type { WhySuppressed } from '../../src/autoresponder/autoreply.events.js';

export class AbsenceReplyAnswer {
  /** ISO 8601 UTC: time of the decision. */
  at!: string;
  /** Address to answer; null if the message names none, or is erased or deleted for good. */
  to!: string | null;
  /** Id of the message that came. */
  messageId!: string;
  /** Id of the reply, for `GET /messages/{id}`; null if there is none. */
  replyId!: string | null;
  /**
   * `waiting`: the reply is in the outbox; `sent`: the mail server took it; `failed`: it was refused, came back or was
   * cancelled; `unknown`: the connection broke before the reply of the mail server; `suppressed`: nobody was answered.
   */
  outcome!: 'waiting' | 'sent' | 'failed' | 'unknown' | 'suppressed';
  /** Why the reply waits, failed or was suppressed: a stable word, or the code of the mail server; null: no reason. */
  reason!: string | null;
  /** Outcome and reason as a sentence in English. */
  sentence!: string;
}

export class AbsenceReplyPage {
  /** Entries of this page, newest first. */
  items!: AbsenceReplyAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

const SUPPRESSED: Record<WhySuppressed, string> = {
  'received-before-activation': 'it came before the absence reply was switched on',
  'absence-over': 'the absence was over when the message was read',
  imported: 'it was imported with older mail',
  'too-old': 'it came more than two days before it was read',
  repeated: 'it is a copy of a message that was judged before',
  unreadable: 'its bytes are missing or damaged',
  'null-return-path': 'a mail server sent it, and takes no answer',
  'no-sender': 'it names no sender',
  'own-sender': 'one of your own accounts sent it',
  'system-sender': 'its sender is a program that takes no answer',
  'mailing-list': 'it came from a mailing list',
  'auto-submitted': 'a program wrote it',
  bulk: 'it was sent in bulk',
  'response-suppressed': 'its sender asks for no automatic answer',
  report: 'it is the report of a mail server',
  junk: 'it is junk',
  'not-addressed': 'it is not addressed to the account',
  'already-replied': 'this sender has had an answer in this absence',
  'too-many-to-domain': 'its domain had five answers within an hour',
  'too-many-per-hour': 'the account had answered 60 messages within an hour',
  'too-many-per-day': 'the account had answered 500 messages within a day',
  'address-invalid': 'the address of its sender is not valid',
};

const OUTCOMES: Record<Exclude<Outcome, 'suppressed'>, string> = {
  waiting: 'The answer waits in the outbox',
  sent: 'The mail server took the answer',
  failed: 'The answer did not arrive',
  unknown: 'The connection broke before the mail server confirmed the answer',
};

export function sentenceOf({ outcome, reason }: Pick<AbsenceReplyRow, 'outcome' | 'reason'>): string {
  if (outcome === 'suppressed') return `Not answered: ${SUPPRESSED[reason as WhySuppressed] ?? reason}.`;
  return `${OUTCOMES[outcome]}${reason === null || outcome === 'unknown' ? '' : ` (${reason})`}.`;
}

export const toAbsenceReply = (row: AbsenceReplyRow): AbsenceReplyAnswer => {
  const { at, to, messageId, replyId, outcome, reason } = row;
  return { at: at.toISOString(), to, messageId, replyId, outcome, reason, sentence: sentenceOf(row) };
};
