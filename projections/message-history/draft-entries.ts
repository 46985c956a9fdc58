import type { DraftEvent, WhyGone } from '../../src/drafts/draft.events.js';
import type { DataOf } from '../../src/platform/domain.js';
import { type Telling, telling } from './telling.js';

type Of<T extends DraftEvent['type']> = DataOf<DraftEvent, T>;

const said = (summary: string) => ({ summary, changes: [] });
const GONE: Record<WhyGone, string> = {
  'deleted-elsewhere': 'ended the draft, because another program removed or replaced it',
  erased: 'erased the draft',
  'account-removed': 'ended the draft, because the account was removed',
};

const simple = <T extends DraftEvent['type']>(summary: string): Telling<Of<T>> =>
  telling(
    'person',
    ({ draftId }: Of<T>) => [{ messageIds: [draftId], data: {} }],
    () => said(summary),
  );

/** A draft has the history of a message, by its own id; the message that it became tells its beginning and end, too. */
export const draftTellings: { [T in DraftEvent['type']]: Telling<Of<T>> } = {
  DraftBegun: telling(
    'person',
    ({ draftId, conflictOf }: Of<'DraftBegun'>) => [
      { messageIds: conflictOf === null ? [draftId] : [draftId, conflictOf], data: { conflictOf } },
    ],
    ({ conflictOf }) => said(conflictOf === null ? 'began the draft' : 'kept another version of the draft'),
  ),
  DraftSaved: simple<'DraftSaved'>('saved the draft'),
  DraftTaken: telling(
    'person',
    ({ draftId, messageId }: Of<'DraftTaken'>) => [{ messageIds: [draftId, messageId], data: {} }],
    () => said('continued the draft of another program'),
  ),
  DraftConflicted: telling(
    'person',
    ({ draftId, other }: Of<'DraftConflicted'>) => [{ messageIds: [draftId], data: { other } }],
    ({ other }) =>
      said(
        other === null ? 'kept the draft, which another program has changed, too' : 'found two versions of the draft',
      ),
  ),
  DraftSent: telling(
    'person',
    ({ draftId, messageId }: Of<'DraftSent'>) => [{ messageIds: [draftId, messageId], data: {} }],
    () => said('sent the draft'),
  ),
  DraftDiscarded: simple<'DraftDiscarded'>('discarded the draft'),
  DraftGone: telling(
    'person',
    ({ draftId, why }: Of<'DraftGone'>) => [{ messageIds: [draftId], data: { why } }],
    ({ why }) => said(GONE[why]),
  ),
};
