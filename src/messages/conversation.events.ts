import type { Fact, FactShapes } from '../platform/domain.js';

/** A conversation has the id that its first message gives it (`threadId`). */
export const conversationStream = (conversationId: string): string => `conversation-${conversationId}`;

/**
 * At most one for each conversation: it belongs to the older conversation `into` from now on, because of a message that
 * belongs to both. A fact, because the fields that prove it may be erased.
 */
export type ConversationEvent = Fact<
  'ConversationJoined',
  { accountId: string; conversationId: string; into: string; because: string }
>;

export const conversationFacts: FactShapes<ConversationEvent> = { ConversationJoined: { v: 1 } };
