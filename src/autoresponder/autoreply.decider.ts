import type { AutoreplyEvent, Judged, WhySuppressed } from './autoreply.events.js';
import type { Autoreplies } from './autoreply.fold.js';

/** Records once for each message that it is not answered. */
export const suppress = ({ decided }: Autoreplies, judged: Judged, reason: WhySuppressed): AutoreplyEvent[] =>
  decided.has(judged.messageId) ? [] : [{ type: 'ReplySuppressed', data: { ...judged, reason } }];

/** The last reply to the sender in this absence; null: none. */
export const repliedIn = ({ last }: Autoreplies, window: number): string | null =>
  last?.window === window ? last.replyId : null;

/**
 * Answers a sender once in an absence.
 * @param failedReply id of a reply that no server took: it does not count
 */
export function reply(
  state: Autoreplies,
  judged: Judged,
  { replyId, domainKey }: { replyId: string; domainKey: string | null },
  failedReply: string | null,
): AutoreplyEvent[] {
  if (state.decided.has(judged.messageId)) return [];
  const before = repliedIn(state, judged.window);
  if (before !== null && before !== failedReply) return suppress(state, judged, 'already-replied');
  return [{ type: 'ReplyQueued', data: { ...judged, replyId, domainKey } }];
}

/** A reply that cannot be queued takes its mark back. */
export const giveUp = ({ decided }: Autoreplies, judged: Judged, reason: WhySuppressed): AutoreplyEvent[] =>
  typeof decided.get(judged.messageId) === 'string' ? [{ type: 'ReplySuppressed', data: { ...judged, reason } }] : [];

/** Replies of an account in the time before the next one. */
export interface RecentReplies {
  /** to the same domain, within an hour; 0 for free mail */
  toDomain: number;
  inHour: number;
  inDay: number;
}

const MOST_TO_DOMAIN = 5;
const MOST_IN_HOUR = 60;
const MOST_IN_DAY = 500;

/** Ends a loop with a foreign program that changes its address at each reply; null: the reply may leave. */
export function brake({ toDomain, inHour, inDay }: RecentReplies): WhySuppressed | null {
  if (toDomain >= MOST_TO_DOMAIN) return 'too-many-to-domain';
  if (inHour >= MOST_IN_HOUR) return 'too-many-per-hour';
  return inDay >= MOST_IN_DAY ? 'too-many-per-day' : null;
}
