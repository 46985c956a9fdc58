import type { Fact, FactShapes } from '../platform/domain.js';

/** Marks of one person in one account. Facts about all mail hold no position: an imported log has others. */
export const readingStream = (accountId: string, userId: string): string => `reading-${accountId}-${userId}`;

export const MOST_MESSAGES = 500;

interface OfReader {
  accountId: string;
  userId: string;
}

export type ReadingEvent =
  /** at most 500 messages, none of them marked as read before */
  | Fact<'MessagesRead', OfReader & { messageIds: string[] }>
  /** at most 500 messages, none of them marked as unread before */
  | Fact<'MessagesUnread', OfReader & { messageIds: string[] }>
  /** all mail that was recorded before this fact counts as read by the person */
  | Fact<'ReadUpTo', OfReader>;

export const readingFacts: FactShapes<ReadingEvent> = {
  MessagesRead: { v: 1 },
  MessagesUnread: { v: 1 },
  ReadUpTo: { v: 1 },
};
