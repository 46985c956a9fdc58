import type { ConversationEvent } from './conversation.events.js';
import type { Conversation } from './conversation.fold.js';

export const joinConversation = (state: Conversation, data: ConversationEvent['data']): ConversationEvent[] =>
  state.status === 'joined' || data.into === data.conversationId ? [] : [{ type: 'ConversationJoined', data }];
