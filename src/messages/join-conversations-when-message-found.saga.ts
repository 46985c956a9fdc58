import type { Saga } from '../platform/followers/saga.js';
import type { Recorded } from '../platform/log/fact-log.js';
import { JoinConversations } from './join-conversations.js';
import { conversationsApart, KNOWN_MESSAGES } from './known-messages.js';
import type { MessageEvent } from './message.events.js';
import type { MessageKeys } from './message-keys.js';

type Found = Extract<MessageEvent, { type: 'MessageReceived' | 'SentMessageFound' | 'DraftFound' | 'MessageQueued' }>;

/** Messages may arrive in any order: the later one of two that name a common Message-ID joins their conversations. */
export function joinConversationsWhenMessageFound(keys: Pick<MessageKeys, 'conversation'>): Saga<Found> {
  const keysOf = ({ data: { threadId, conversationKeys, accountId, ...data } }: Recorded<Found>): string[] => [
    threadId,
    ...(conversationKeys ?? keys.conversation(accountId, data)),
  ];
  return {
    name: 'join-conversations-when-message-found',
    types: ['MessageReceived', 'SentMessageFound', 'DraftFound', 'MessageQueued'],
    key: ({ data }) => data.accountId,
    select: {
      reads: KNOWN_MESSAGES,
      async from(facts, pool) {
        const mails = facts.map((fact) => ({ threadId: fact.data.threadId, keys: keysOf(fact) }));
        const apart = await conversationsApart(pool, mails);
        return facts.filter((_, n) => apart[n]);
      },
    },
    react: (fact, origin) => {
      const { accountId, messageId } = fact.data;
      return [new JoinConversations({ accountId, messageId, keys: keysOf(fact) }, origin)];
    },
  };
}
