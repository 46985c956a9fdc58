import { createHash } from 'node:crypto';
import type { DataOf, Decider } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { TaskEvent } from './task.events.js';

export type Task =
  | { status: 'absent' }
  | { status: 'erased' }
  | {
      status: 'open' | 'done';
      messageId: string | null;
      accountId: string;
      contactId: string | null;
      title: string | null;
      assignee: string | null;
    };

export type TaskInHand = Extract<Task, { status: 'open' | 'done' }>;

/** One task a mail. */
export const taskIdFor = (messageId: string): string =>
  createHash('sha256').update(`task ${messageId}`).digest('hex').slice(0, 32);

export const task: Decider<Task, TaskEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'TaskCreated') {
      const { messageId, accountId, contactId, title } = fact.data;
      return { status: 'open', messageId, accountId, contactId, title, assignee: null };
    }
    if (fact.type === 'TaskErased') return { status: 'erased' };
    if (state.status !== 'open' && state.status !== 'done') return state;
    switch (fact.type) {
      case 'TaskRetitled':
        return { ...state, title: fact.data.to };
      case 'TaskAssigned':
        return { ...state, assignee: fact.data.to };
      case 'TaskCompleted':
        return { ...state, status: 'done' };
      case 'TaskReopened':
        return { ...state, status: 'open' };
      case 'TaskLinkedToContact':
        return { ...state, contactId: fact.data.to };
      default:
        return fact satisfies never;
    }
  },
};

export const createTask = (state: Task, data: DataOf<TaskEvent, 'TaskCreated'>): TaskEvent[] =>
  state.status === 'absent' ? [{ type: 'TaskCreated', data }] : [];

export interface NewTask extends DataOf<TaskEvent, 'TaskCreated'> {
  assignee: string | null;
}

/** By hand: of a mail that has a task already there is none to be made. */
export function addTask(state: Task, { assignee, ...data }: NewTask): TaskEvent[] {
  const { taskId, messageId } = data;
  if (state.status !== 'absent') {
    if (messageId === null) return [];
    throw new Refused('mail-has-a-task', 'conflict', 'there is a task for this mail already', { taskId });
  }
  const created = createTask(state, data);
  return assignee === null
    ? created
    : [...created, { type: 'TaskAssigned', data: { taskId, from: null, to: assignee } }];
}

/** @throws Refused 404 for one that is not there, or not for who asks to see */
export function inHand(state: Task, mayUse: (accountId: string) => boolean): TaskInHand {
  if ((state.status !== 'open' && state.status !== 'done') || !mayUse(state.accountId))
    throw new Refused('task-not-found', 'not-found');
  return state;
}

export interface TaskChange {
  title?: string | undefined;
  state?: 'open' | 'done' | undefined;
  assignee?: string | null | undefined;
  contactId?: string | null | undefined;
}

export function changeTask(
  state: Task,
  taskId: string,
  { title, state: status, assignee, contactId }: TaskChange,
  mayUse: (accountId: string) => boolean,
): TaskEvent[] {
  const before = inHand(state, mayUse);
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
