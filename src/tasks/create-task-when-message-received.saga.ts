import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { CreateTask } from './create-task.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' }>;

/** Runs after the creation of the contact, so that the task links to it. */
export const createTaskWhenMessageReceived: Saga<Received> = {
  name: 'create-task-when-message-received',
  types: ['MessageReceived'],
  after: ['create-contact-when-message-received'],
  key: ({ data }) => data.messageId,
  concerns: ({ data }) => data.reactions.createTasks,
  react: ({ data }, origin) => [new CreateTask(data, origin)],
};
