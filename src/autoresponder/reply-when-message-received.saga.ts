import type { MessageEvent } from '../messages/message.events.js';
import { KNOWN_MESSAGES } from '../messages/known-messages.js';
import type { Saga } from '../platform/followers/saga.js';
import { absences, duringAbsences } from './absences.js';
import { ReplyToMessage } from './reply-to-message.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' | 'MessageAlsoReceived' }>;

/** Mail of an account is judged in its order: the brakes count all earlier replies. */
export const replyWhenMessageReceived: Saga<Received> = {
  name: 'reply-when-message-received',
  types: ['MessageReceived', 'MessageAlsoReceived'],
  after: [KNOWN_MESSAGES],
  key: ({ data }) => data.accountId,
  select: {
    reads: absences.id,
    async from(facts, pool) {
      const during = new Set(
        await duringAbsences(
          pool,
          facts.map(({ data }) => data),
        ),
      );
      return facts.filter(({ data }) => during.has(data));
    },
  },
  react: ({ data, position }, origin) => {
    const { accountId, messageId, senderKey, receivedAt, arrival } = data;
    return [new ReplyToMessage({ accountId, messageId, senderKey, receivedAt, arrival }, position, origin)];
  },
};
