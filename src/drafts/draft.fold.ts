import type { Decider } from '../platform/domain.js';
import type { DraftEvent } from './draft.events.js';

export type Draft =
  | { status: 'absent' }
  | { status: 'open'; accountId: string; draftId: string }
  /** `messageId`: the message that the draft became; null: it was not sent */
  | { status: 'ended'; accountId: string; messageId: string | null };

export const draft: Decider<Draft, DraftEvent> = {
  initial: { status: 'absent' },
  evolve(state, { type, data }) {
    const { accountId, draftId } = data;
    switch (type) {
      case 'DraftBegun':
      case 'DraftTaken':
        return { status: 'open', accountId, draftId };
      case 'DraftSaved':
      case 'DraftConflicted':
        return state;
      case 'DraftSent':
        return { status: 'ended', accountId, messageId: data.messageId };
      case 'DraftDiscarded':
      case 'DraftGone':
        return { status: 'ended', accountId, messageId: null };
      default:
        return type satisfies never;
    }
  },
};
