import { type SendState, sendStateOf } from '../../src/messages/sending.fold.js';
import type { OutgoingRow, RecipientRow } from './outgoing-rows.js';

class RecipientAnswer {
  /** Mail address; empty once it is erased. */
  address!: string;
  /**
   * `waiting`: not tried yet; `accepted`: the mail server took the message; `deferred`: it is tried again; `refused`:
   * the mail server does not take it; `bounced`: a report says that it did not arrive; `unknown`: the connection broke
   * before the reply.
   */
  state!: 'waiting' | 'accepted' | 'deferred' | 'refused' | 'bounced' | 'unknown';
  /** Last reply of a mail server about the recipient; null: none. */
  smtpReply!: string | null;
}

/** How far the sending of a message from here is. */
export class SendingAnswer {
  /**
   * `queued`: waits for its time; `held`: `reason` says why; `sending`: an attempt runs; `sent`: all recipients are
   * accepted; `deferred`: tried again at `nextTryAt`; `refused`: at least one recipient is refused; `unknown`: a person
   * decides whether it arrived; `cancelled`: it did not leave.
   */
  state!: 'queued' | 'held' | 'sending' | 'sent' | 'deferred' | 'refused' | 'unknown' | 'cancelled';
  /** ISO 8601 UTC: requested time; null: at once. */
  sendAt!: string | null;
  /** Number of attempts so far. */
  attempts!: number;
  /** ISO 8601 UTC: earliest next attempt, also the end of the time to undo; null: none. */
  nextTryAt!: string | null;
  /** Why the message is held, deferred, refused, unknown or cancelled, as a stable word; null: no reason. */
  reason!: string | null;
  /** The copy in the folder for sent messages; `none`: not sent yet, or the account has no such folder. */
  copy!: 'pending' | 'kept' | 'failed' | 'none';
  /** Recipients in the order To, Cc, Bcc. */
  recipients!: RecipientAnswer[];
}

/** Rows of a message that was sent from here, as JSON of the database. */
export type SelectedOutgoing = Pick<
  OutgoingRow,
  'attempts' | 'isRunning' | 'held' | 'cancelled' | 'reason' | 'copy' | 'createdBy'
> & {
  sendAt: string | null;
  nextTryAt: string | null;
  recipients: Pick<RecipientRow, 'address' | 'state' | 'reply'>[];
};

export function toSending(row: SelectedOutgoing): SendingAnswer {
  const { sendAt, nextTryAt, attempts, held, cancelled, reason, copy, recipients } = row;
  const state: SendState = sendStateOf({
    isCancelled: cancelled !== null,
    held,
    isRunning: row.isRunning,
    recipients: recipients.map((each) => each.state),
    attempts,
  });
  return {
    state,
    sendAt: sendAt === null ? null : new Date(sendAt).toISOString(),
    attempts,
    nextTryAt: nextTryAt === null ? null : new Date(nextTryAt).toISOString(),
    reason: cancelled ?? held ?? reason,
    copy,
    recipients: recipients.map(({ address, state, reply }) => ({ address: address ?? '', state, smtpReply: reply })),
  };
}
