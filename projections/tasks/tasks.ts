import type { AccountEvent } from '../../src/accounts/account.events.js';
import { defineProjection, table } from '../../src/platform/projection.js';
import type { TaskEvent } from '../../src/tasks/task.events.js';
import { id, orNull, position, reference, text, time } from '../columns.js';

export interface TaskRow {
  id: string;
  /** null once the mail has been forgotten */
  title: string | null;
  messageId: string;
  contactId: string | null;
  accountId: string;
  state: 'open' | 'done';
  assignee: string | null;
  createdAt: Date;
  /** of the fact that made it */
  position: string;
}

const VERSION = 1;

export const taskTables = {
  tasks: table<TaskRow>('tasks', VERSION, {
    columns: {
      id,
      title: orNull(text),
      messageId: reference,
      contactId: orNull(reference),
      accountId: reference,
      state: text,
      assignee: orNull(reference),
      createdAt: time,
      position,
    },
    indices: [{ columns: ['position', 'id'] }, { columns: ['accountId', 'position', 'id'] }],
  }),
};

export const tasks = defineProjection<AccountEvent | TaskEvent, { tasks: TaskRow }>({
  name: 'tasks',
  version: VERSION,
  tables: taskTables,
  on: {
    TaskCreated: (rows, { data, metadata, position }) =>
      rows.tasks.put({
        id: data.taskId,
        title: data.title,
        messageId: data.messageId,
        contactId: data.contactId,
        accountId: data.accountId,
        state: 'open',
        assignee: null,
        createdAt: new Date(metadata.at),
        position,
      }),
    AccountRemoved: (rows, { data }) => rows.tasks.removeWhere({ accountId: data.accountId }),
  },
});
