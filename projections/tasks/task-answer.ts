import type { TaskRow } from './tasks.js';

export class TaskAnswer {
  /** Id of the task. */
  id!: string;
  /** Title of the task; at first the subject of its message. Null once the person has been forgotten. */
  title!: string | null;
  /** Id of the message that the task is about; null: none. */
  messageId!: string | null;
  /** Id of the contact that the task is about; null: none. */
  contactId!: string | null;
  /** Id of the account that the task belongs to. */
  accountId!: string;
  /** State of the task. */
  state!: 'open' | 'done';
  /** Id of the user that the task is assigned to; null: nobody. */
  assignee!: string | null;
  /** ISO 8601 UTC: time at which the task was made. */
  createdAt!: string;
  /** Revision of the task, for `If-Match`. */
  revision!: number;
}

export class TaskPage {
  /** Tasks of this page, in the requested order. */
  items!: TaskAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
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
