import type { Decider } from '../platform/domain.js';
import type { ConversationEvent } from './conversation.events.js';

export type Conversation = { status: 'apart' } | { status: 'joined'; into: string };

export const conversation: Decider<Conversation, ConversationEvent> = {
  initial: { status: 'apart' },
  evolve: (_, { data: { into } }) => ({ status: 'joined', into }),
};
