import type { AccountEvent } from '../accounts/account.events.js';
import type { Saga } from '../platform/followers/saga.js';
import type { DraftEvent } from './draft.events.js';
import { ClearDraft } from './clear-draft.js';
import { EndDraftsOfAccount } from './end-drafts-of-account.js';

type Ended =
  | Extract<DraftEvent, { type: 'DraftSent' | 'DraftDiscarded' | 'DraftGone' }>
  | Extract<AccountEvent, { type: 'AccountRemoved' }>;

/** Content, key and files of a draft do not outlive its end. */
export const clearDraftWhenEnded: Saga<Ended> = {
  name: 'clear-draft-when-ended',
  types: ['DraftSent', 'DraftDiscarded', 'DraftGone', 'AccountRemoved'],
  key: ({ data }) => data.accountId,
  react: ({ type, data }, origin) =>
    type === 'AccountRemoved' ? [new EndDraftsOfAccount(data.accountId, origin)] : [new ClearDraft(data.draftId)],
};
