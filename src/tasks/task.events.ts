import { messageKey } from '../messages/message.events.js';
import type { Fact, FactShapes } from '../platform/domain.js';

export const taskStream = (taskId: string): string => `task-${taskId}`;

/** Its title is the mail's subject, so it is sealed under the mail's key. */
export type TaskEvent = Fact<
  'TaskCreated',
  { taskId: string; messageId: string; accountId: string; contactId: string | null; title: string | null }
>;

export const taskFacts: FactShapes<TaskEvent> = {
  TaskCreated: { v: 1, personal: { key: (data) => messageKey(data.messageId), fields: ['title'] } },
};
