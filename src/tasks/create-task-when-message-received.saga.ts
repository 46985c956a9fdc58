import { KNOWN_MESSAGES, repeated } from '../messages/known-messages.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { CreateTask } from './create-task.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' | 'MessageAlsoReceived' }>;

/**
 * Runs after the creation of the contact, so that the task links to it. Of messages with the same Message-ID, From and
 * Date, such as the copy of a mailing list beside the direct one, the first one makes a task.
 */
export const createTaskWhenMessageReceived: Saga<Received> = {
  name: 'create-task-when-message-received',
  types: ['MessageReceived', 'MessageAlsoReceived'],
  after: ['create-contact-when-message-received'],
  key: ({ data }) => data.messageId,
  concerns: ({ data }) => data.reactions.createTasks && data.author !== 'own' && data.automatic !== 'report',
  select: {
    reads: KNOWN_MESSAGES,
    async from(facts, pool) {
      const mails = facts.map(({ data: { messageId }, position }) => ({ messageId, position }));
      const done = await repeated(pool, mails);
      return facts.filter(({ data }) => !done.has(data.messageId));
    },
  },
  react: ({ data }, origin) => [new CreateTask(data, origin)],
};
