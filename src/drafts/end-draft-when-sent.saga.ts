import type { MessageEvent } from '../messages/message.events.js';
import type { Saga } from '../platform/followers/saga.js';
import { EndSentDraft } from './end-sent-draft.js';

type Queued = Extract<MessageEvent, { type: 'MessageQueued' }>;

/** A message that was made of a draft ends it, also if its request was killed. */
export const endDraftWhenSent: Saga<Queued> = {
  name: 'end-draft-when-sent',
  types: ['MessageQueued'],
  concerns: ({ data }) => data.draftId !== null,
  key: ({ data }) => data.accountId,
  react: ({ data: { draftId, accountId, messageId } }, origin) => [
    new EndSentDraft({ draftId: draftId!, accountId, messageId }, origin),
  ],
};
