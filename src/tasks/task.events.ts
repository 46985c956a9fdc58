import { messageKey } from '../messages/message.events.js';
import type { Fact, FactShapes } from '../platform/domain.js';

export const taskStream = (taskId: string): string => `task-${taskId}`;
export const taskKey = (taskId: string): string => `task/${taskId}`;

/** `messageId`: the message of the task; null: none. */
interface OfTask {
  taskId: string;
  messageId: string | null;
}

/** Titles are null after the erasure of the message or the person. */
export type TaskEvent =
  | Fact<'TaskCreated', OfTask & { accountId: string; contactId: string | null; title: string | null }>
  | Fact<'TaskRetitled', OfTask & { from: string | null; to: string | null }>
  /** `to` null: to nobody */
  | Fact<'TaskAssigned', { taskId: string; from: string | null; to: string | null }>
  | Fact<'TaskCompleted', { taskId: string }>
  | Fact<'TaskReopened', { taskId: string }>
  | Fact<'TaskLinkedToContact', { taskId: string; from: string | null; to: string | null }>
  | Fact<'TaskErased', { taskId: string; erasureId: string }>;

/** The title of a task may be the subject of its message: both share a key, so that they are erased together. */
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
