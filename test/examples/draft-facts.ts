import { example } from './example.js';

const of = { accountId: 'info', draftId: 'draft-1' };

export const draftBegun = example('DraftBegun', {
  ...of,
  userId: 'ben',
  threadId: 'thread-1',
  answers: 'message-1',
  forwards: null,
  conflictOf: null,
});
export const draftSaved = example('DraftSaved', { ...of, revision: 2 });
export const draftTaken = example('DraftTaken', {
  ...of,
  userId: 'ben',
  threadId: 'thread-1',
  messageId: 'message-3',
});
export const draftConflicted = example('DraftConflicted', { ...of, other: 'draft-2' });
export const draftSent = example('DraftSent', { ...of, messageId: 'message-9' });
export const draftDiscarded = example('DraftDiscarded', of);
export const draftGone = example('DraftGone', { ...of, why: 'deleted-elsewhere', erasureId: null });
