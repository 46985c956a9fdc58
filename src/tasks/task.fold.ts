import type { Decider } from '../platform/domain.js';
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
      /** true once `TaskTitlesKept` is recorded */
      titlesKept: boolean;
      assignee: string | null;
    };

export type KnownTask = Extract<Task, { status: 'open' | 'done' }>;

export const isKnown = (state: Task): state is KnownTask => state.status === 'open' || state.status === 'done';

export const task: Decider<Task, TaskEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'TaskCreated') {
      const { messageId, accountId, contactId, title } = fact.data;
      return { status: 'open', messageId, accountId, contactId, title, titlesKept: false, assignee: null };
    }
    if (fact.type === 'TaskErased') return { status: 'erased' };
    if (!isKnown(state)) return state;
    switch (fact.type) {
      case 'TaskRetitled':
        return { ...state, title: fact.data.to };
      case 'TaskTitlesKept':
        return { ...state, title: fact.data.title, titlesKept: true };
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
