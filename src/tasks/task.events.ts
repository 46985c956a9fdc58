import { messageKey } from '../messages/message.events.js';
import type { Fact, FactShapes } from '../platform/domain.js';

export const taskStream = (taskId: string): string => `task-${taskId}`;
export const taskKey = (taskId: string): string => `task/${taskId}`;

/** `messageId`: the mail that it is about; null for one that is about none. */
interface OfTask {
  taskId: string;
  messageId: string | null;
}

/** Titles are null once the mail, or the person whom the task was about, has been erased. */
export type TaskEvent =
  | Fact<'TaskCreated', OfTask & { accountId: string; contactId: string | null; title: string | null }>
  | Fact<'TaskRetitled', OfTask & { from: string | null; to: string | null }>
  /** to nobody, when `to` is null */
  | Fact<'TaskAssigned', { taskId: string; from: string | null; to: string | null }>
  | Fact<'TaskCompleted', { taskId: string }>
  | Fact<'TaskReopened', { taskId: string }>
  | Fact<'TaskLinkedToContact', { taskId: string; from: string | null; to: string | null }>
  | Fact<'TaskErased', { taskId: string; erasureId: string }>;

/** The title of a mail's task is the mail's subject, and is forgotten with it. */
const key = ({ taskId, messageId }: OfTask): string => (messageId === null ? taskKey(taskId) : messageKey(messageId));

export const taskFacts: FactShapes<TaskEvent> = {
  TaskCreated: { v: 1, personal: { key, fields: ['title'] } },
  TaskRetitled: { v: 1, personal: { key, fields: ['from', 'to'] } },
  TaskAssigned: { v: 1 },
  TaskCompleted: { v: 1 },
  TaskReopened: { v: 1 },
  TaskLinkedToContact: { v: 1 },
  TaskErased: { v: 1 },
};
