import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { CancelAnswered } from './cancel-answered.js';
import { keysAwaited, pendingSends } from './pending-sends.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' }>;

const keysOf = ({ data: { threadId, conversationKeys } }: { data: Received['data'] }): string[] => [
  threadId,
  ...(conversationKeys ?? []),
];

/** An answer in its conversation cancels a scheduled message with `cancelOnReply`. */
export const cancelWhenAnswered: Saga<Received> = {
  name: 'cancel-when-answered',
  types: ['MessageReceived'],
  concerns: ({ data }) => data.author !== 'own' && data.automatic === null,
  key: ({ data }) => data.accountId,
  select: {
    reads: pendingSends.id,
    async from(facts, pool) {
      const awaited = await keysAwaited(pool, facts.flatMap(keysOf));
      return facts.filter((fact) => keysOf(fact).some((key) => awaited.has(key)));
    },
  },
  react: (fact, origin) => [new CancelAnswered(keysOf(fact), origin)],
};
