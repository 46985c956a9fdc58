import type { TaskRow } from './tasks.js';

export class TaskAnswer {
  id!: string;
  /** a mail's subject, unless it was given another; null where its key was destroyed */
  title!: string | null;
  /** the mail that it is about */
  messageId!: string | null;
  contactId!: string | null;
  accountId!: string;
  state!: 'open' | 'done';
  /** id of the user whose task it is */
  assignee!: string | null;
  /** ISO 8601 UTC */
  createdAt!: string;
  /** for `If-Match` */
  revision!: number;
}

export class TaskPage {
  items!: TaskAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

export const toTask = (row: TaskRow): TaskAnswer => ({
  id: row.id,
  title: row.title,
  messageId: row.messageId,
  contactId: row.contactId,
  accountId: row.accountId,
  state: row.state,
  assignee: row.assignee,
  createdAt: row.createdAt.toISOString(),
  revision: row.revision,
});
