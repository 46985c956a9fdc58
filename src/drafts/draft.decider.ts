import type { DataOf } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { DraftEvent, WhyGone } from './draft.events.js';
import type { Draft } from './draft.fold.js';

/** Begins a draft once. @throws Refused 409 `draft-ended` */
export const beginDraft = (state: Draft, data: DataOf<DraftEvent, 'DraftBegun'>): DraftEvent[] =>
  isFresh(state) ? [{ type: 'DraftBegun', data }] : [];

/** Takes over a draft of another program once. @throws Refused 409 `draft-ended` */
export const takeDraft = (state: Draft, data: DataOf<DraftEvent, 'DraftTaken'>): DraftEvent[] =>
  isFresh(state) ? [{ type: 'DraftTaken', data }] : [];

/** @throws Refused 409 `draft-ended` */
export const beginSession = (state: Draft, revision: number): DraftEvent[] => [
  { type: 'DraftSaved', data: { ...openDraft(state), revision } },
];

/** @throws Refused 409 `draft-ended` */
export const conflict = (state: Draft, other: string | null): DraftEvent[] => [
  { type: 'DraftConflicted', data: { ...openDraft(state), other } },
];

/** Another program changed the draft, too. Nothing for a draft that has ended. */
export const conflictElsewhere = (state: Draft): DraftEvent[] => (state.status === 'open' ? conflict(state, null) : []);

/** A draft ends once, also when two ends race. */
export const send = (state: Draft, messageId: string): DraftEvent[] =>
  state.status === 'open' ? [{ type: 'DraftSent', data: { ...openDraft(state), messageId } }] : [];

export const discard = (state: Draft): DraftEvent[] =>
  state.status === 'open' ? [{ type: 'DraftDiscarded', data: openDraft(state) }] : [];

export const lose = (state: Draft, why: WhyGone, erasureId: string | null = null): DraftEvent[] =>
  state.status === 'open' ? [{ type: 'DraftGone', data: { ...openDraft(state), why, erasureId } }] : [];

function openDraft(state: Draft): { accountId: string; draftId: string } {
  if (state.status === 'open') return { accountId: state.accountId, draftId: state.draftId };
  throw ended(state.status === 'ended' ? state.messageId : null);
}

function isFresh(state: Draft): boolean {
  if (state.status === 'ended') throw ended(state.messageId);
  return state.status === 'absent';
}

/** @param messageId of the message that the draft became; null: it was not sent */
export const ended = (messageId: string | null): Refused =>
  new Refused(
    'draft-ended',
    'conflict',
    messageId === null
      ? 'The draft was discarded, or deleted in another program. Save your text as a new draft.'
      : 'The draft was sent. Save your text as a new draft.',
    { messageId },
  );
