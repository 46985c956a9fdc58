import { Map } from 'immutable';
import type { Decider } from '../platform/domain.js';
import type { AutoreplyEvent } from './autoreply.events.js';

/** Automatic replies to one sender. */
export interface Autoreplies {
  /** by id of the message: id of its reply; null: suppressed */
  decided: Map<string, string | null>;
  /** the last reply; null: none, or none that could be queued */
  last: { window: number; replyId: string } | null;
}

export const autoreplies: Decider<Autoreplies, AutoreplyEvent> = {
  reads: 'cached',
  initial: { decided: Map(), last: null },
  evolve({ decided, last }, { type, data }) {
    const { messageId, window } = data;
    if (type === 'ReplyQueued')
      return { decided: decided.set(messageId, data.replyId), last: { window, replyId: data.replyId } };
    const failed = decided.get(messageId) ?? null;
    return {
      decided: decided.set(messageId, null),
      last: failed !== null && last?.replyId === failed ? null : last,
    };
  },
};
