import type { EntryRow } from './notifications.js';

export class NotificationAnswer {
  /** Id of the notification. */
  id!: string;
  /**
   * `mail`: new mail arrived; `change-refused`: the mail server refused a change that the caller had made here. Of a
   * message that the caller sent: `send-failed`: the mail server refused it for at least one recipient; `send-bounced`:
   * a report says that it did not arrive; `send-held`: it waits for a person; `send-unknown`: the connection broke, and
   * a person decides whether it arrived; `send-cancelled`: it did not leave, because of `reason`.
   */
  kind!: 'mail' | 'change-refused' | 'send-failed' | 'send-bounced' | 'send-held' | 'send-unknown' | 'send-cancelled';
  /** Id of the account. */
  accountId!: string;
  /** Id of the message; null: the notification stands for several. */
  messageId!: string | null;
  /** Number of messages. From the 50th new message of an account within a minute, the minute is one notification. */
  count!: number;
  /** ISO 8601 UTC: time of the last message, or of the refusal. */
  at!: string;
  /** ISO 8601 UTC: time at which the caller read the notification; null: not yet. */
  readAt!: string | null;
  /** Reason in words of a program, such as `folder-not-found`, or a code of a mail server; null for new mail. */
  reason!: string | null;
}

export class NotificationPage {
  /** Notifications of this page, newest first. */
  items!: NotificationAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

export type SelectedEntry = EntryRow & { readAt: Date | null };

export const toNotification = ({
  id,
  kind,
  accountId,
  messageId,
  count,
  at,
  readAt,
  reason,
}: SelectedEntry): NotificationAnswer => ({
  id,
  kind,
  accountId,
  messageId,
  count,
  at: at.toISOString(),
  readAt: readAt?.toISOString() ?? null,
  reason,
});
