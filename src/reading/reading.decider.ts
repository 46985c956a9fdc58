import { MOST_MESSAGES, type ReadingEvent } from './reading.events.js';
import type { Marks } from './reading.fold.js';

export interface Marking {
  accountId: string;
  userId: string;
  messageIds: readonly string[];
  isRead: boolean;
  /** true: the person may use the account without access of their own, as administrators do */
  opens: boolean;
}

/** Marks messages as read or unread by a person. The first mark of an administrator opens the account. */
export function mark(state: Marks, { accountId, userId, messageIds, isRead, opens }: Marking): ReadingEvent[] {
  const reader = { accountId, userId };
  const facts: ReadingEvent[] = opens && !state.opened ? [{ type: 'ReadUpTo', data: reader }] : [];
  const type = isRead ? 'MessagesRead' : 'MessagesUnread';
  const changed = [...new Set(messageIds)].filter((id) => state.isRead.get(id) !== isRead);
  for (let n = 0; n < changed.length; n += MOST_MESSAGES)
    facts.push({ type, data: { ...reader, messageIds: changed.slice(n, n + MOST_MESSAGES) } });
  return facts;
}
