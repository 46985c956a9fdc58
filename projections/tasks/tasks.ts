import type { AccountEvent } from '../../src/accounts/account.events.js';
import { defineProjection, table } from '../../src/platform/read-models/projection.js';
import type { TaskEvent } from '../../src/tasks/task.events.js';
import { id, orNull, position, reference, revision, text, time } from '../../src/platform/read-models/columns.js';

export interface TaskRow {
  id: string;
  /** null: the person was forgotten */
  title: string | null;
  messageId: string | null;
  contactId: string | null;
  accountId: string;
  state: 'open' | 'done';
  assignee: string | null;
  createdAt: Date;
  revision: number;
  /** of the fact that created the task */
  position: string;
}

const VERSION = 2;

export const taskTables = {
  tasks: table<TaskRow>('tasks', VERSION, {
    columns: {
      id,
      title: orNull(text),
      messageId: orNull(reference),
      contactId: orNull(reference),
      accountId: reference,
      state: text,
      assignee: orNull(reference),
      createdAt: time,
      revision,
      position,
    },
    indices: [
      { columns: ['position', 'id'] },
      { columns: ['accountId', 'position', 'id'] },
      { columns: ['assignee', 'position', 'id'] },
      { columns: ['contactId', 'position', 'id'] },
    ],
    also: [`create index on % (left(lower(coalesce(title, '')), 50), id)`],
  }),
};

export const tasks = defineProjection<AccountEvent | TaskEvent, { tasks: TaskRow }>({
  name: 'tasks',
  version: VERSION,
  tables: taskTables,
  on: {
    TaskCreated: (rows, { data, metadata, revision, position }) =>
      rows.tasks.put({
        id: data.taskId,
        title: data.title,
        messageId: data.messageId,
        contactId: data.contactId,
        accountId: data.accountId,
        state: 'open',
        assignee: null,
        createdAt: new Date(metadata.at),
        revision,
        position,
      }),
    AccountRemoved: (rows, { data }) => rows.tasks.removeWhere({ accountId: data.accountId }),
    TaskRetitled: (rows, { data, revision }) => rows.tasks.update({ id: data.taskId }, { title: data.to, revision }),
    TaskTitlesKept: (rows, { data, revision }) =>
      rows.tasks.update({ id: data.taskId }, { title: data.title, revision }),
    TaskAssigned: (rows, { data, revision }) => rows.tasks.update({ id: data.taskId }, { assignee: data.to, revision }),
    TaskCompleted: (rows, { data, revision }) => rows.tasks.update({ id: data.taskId }, { state: 'done', revision }),
    TaskReopened: (rows, { data, revision }) => rows.tasks.update({ id: data.taskId }, { state: 'open', revision }),
    TaskLinkedToContact: (rows, { data, revision }) =>
      rows.tasks.update({ id: data.taskId }, { contactId: data.to, revision }),
    TaskErased: (rows, { data }) => rows.tasks.remove({ id: data.taskId }),
  },
});
