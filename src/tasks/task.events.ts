import { createHash } from 'node:crypto';
import type { Fact, FactShapes } from '../platform/domain.js';

export const taskStream = (taskId: string): string => `task-${taskId}`;
export const taskKey = (taskId: string): string => `task/${taskId}`;

/** Each message has one task at most: its id is computed from the message. */
export const taskIdFor = (messageId: string): string =>
  createHash('sha256').update(`task ${messageId}`).digest('hex').slice(0, 32);

/** `messageId`: the message of the task; null: none. */
interface OfTask {
  taskId: string;
  messageId: string | null;
}

interface Created extends OfTask {
  accountId: string;
  contactId: string | null;
  title: string | null;
}

interface Retitled extends OfTask {
  from: string | null;
  to: string | null;
}

/** A fact with a title, and its revision in the stream of the task. */
export type EarlierTitle = { revision: number } & (Fact<'TaskCreated', Created> | Fact<'TaskRetitled', Retitled>);

/** Titles are null after the erasure of the person. */
export type TaskEvent =
  | Fact<'TaskCreated', Created>
  | Fact<'TaskRetitled', Retitled>
  /**
   * `earlier`: facts with titles under the key of the message, recorded again before that key is destroyed. `title`:
   * the present one
   */
  | Fact<'TaskTitlesKept', OfTask & { title: string | null; earlier: EarlierTitle[] | null }>
  /** `to` null: to nobody */
  | Fact<'TaskAssigned', { taskId: string; from: string | null; to: string | null }>
  | Fact<'TaskCompleted', { taskId: string }>
  | Fact<'TaskReopened', { taskId: string }>
  | Fact<'TaskLinkedToContact', { taskId: string; from: string | null; to: string | null }>
  | Fact<'TaskErased', { taskId: string; erasureId: string }>;

/** A task keeps its title after its message is destroyed. Version 1 sealed the titles under the key of the message. */
const key = ({ taskId }: OfTask): string => taskKey(taskId);

export const taskFacts: FactShapes<TaskEvent> = {
  TaskCreated: { v: 2, personal: { key, fields: ['title'] } },
  TaskRetitled: { v: 2, personal: { key, fields: ['from', 'to'] } },
  TaskTitlesKept: { v: 1, personal: { key, fields: ['title', 'earlier'] } },
  TaskAssigned: { v: 1 },
  TaskCompleted: { v: 1 },
  TaskReopened: { v: 1 },
  TaskLinkedToContact: { v: 1 },
  TaskErased: { v: 1 },
};
