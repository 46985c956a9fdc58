import type { DataOf } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { TaskEvent } from './task.events.js';
import { isKnown, type KnownTask, type Task } from './task.fold.js';

export const createTask = (state: Task, data: DataOf<TaskEvent, 'TaskCreated'>): TaskEvent[] =>
  state.status === 'absent' ? [{ type: 'TaskCreated', data }] : [];

interface NewTask extends DataOf<TaskEvent, 'TaskCreated'> {
  assignee: string | null;
}

/**
 * A task that a person adds, with or without a message.
 * @throws Refused 409 when the message has a task already
 */
export function addTask(state: Task, { assignee, ...data }: NewTask): TaskEvent[] {
  const { taskId, messageId } = data;
  if (state.status !== 'absent') {
    if (messageId === null) return [];
    throw new Refused(
      'mail-has-a-task',
      'conflict',
      'There is a task for this mail already. Change that task instead.',
      { taskId },
    );
  }
  const created = createTask(state, data);
  return assignee === null
    ? created
    : [...created, { type: 'TaskAssigned', data: { taskId, from: null, to: assignee } }];
}

/** @throws Refused 404 for an unknown task, and for a task of an account that the caller may not use */
export function known(state: Task, mayUse: (accountId: string) => boolean): KnownTask {
  if (!isKnown(state) || !mayUse(state.accountId)) throw new Refused('task-not-found', 'not-found');
  return state;
}

interface TaskChange {
  title?: string | undefined;
  state?: 'open' | 'done' | undefined;
  assignee?: string | null | undefined;
  contactId?: string | null | undefined;
}

/** @throws Refused 404 */
export function changeTask(
  state: Task,
  taskId: string,
  { title, state: status, assignee, contactId }: TaskChange,
  mayUse: (accountId: string) => boolean,
): TaskEvent[] {
  const before = known(state, mayUse);
  const { messageId } = before;
  const facts: TaskEvent[] = [];
  if (title !== undefined && title !== before.title)
    facts.push({ type: 'TaskRetitled', data: { taskId, messageId, from: before.title, to: title } });
  if (contactId !== undefined && contactId !== before.contactId)
    facts.push({ type: 'TaskLinkedToContact', data: { taskId, from: before.contactId, to: contactId } });
  if (assignee !== undefined && assignee !== before.assignee)
    facts.push({ type: 'TaskAssigned', data: { taskId, from: before.assignee, to: assignee } });
  if (status !== undefined && status !== before.status)
    facts.push({ type: status === 'done' ? 'TaskCompleted' : 'TaskReopened', data: { taskId } });
  return facts;
}
