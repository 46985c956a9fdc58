import type { Fact, FactShapes } from '../platform/domain.js';

/** One draft. Its content is a sealed row outside the log; facts mark editing sessions. */
export const draftStream = (draftId: string): string => `draft-${draftId}`;
/** Data key of the content. */
export const draftKey = (draftId: string): string => `draft/${draftId}`;

interface OfDraft {
  accountId: string;
  draftId: string;
}

interface InConversation extends OfDraft {
  /** author; null: a service */
  userId: string | null;
  /** conversation of the original; null: the draft begins one */
  threadId: string | null;
}

/** `deleted-elsewhere`: another program removed or replaced the copy on the server. */
export type WhyGone = 'deleted-elsewhere' | 'erased' | 'account-removed';

/** Ids only: no personal data. */
export type DraftEvent =
  /** `answers`, `forwards`: ids of messages; `conflictOf`: id of the draft that somebody saved meanwhile; null: none */
  | Fact<'DraftBegun', InConversation & { answers: string | null; forwards: string | null; conflictOf: string | null }>
  /** an author begins an editing session; `revision` is the number of saves so far */
  | Fact<'DraftSaved', OfDraft & { revision: number }>
  /** A draft of another program is edited here from now on. `messageId`: the message in which it was found */
  | Fact<'DraftTaken', InConversation & { messageId: string }>
  /** Two versions are kept. `other`: id of the draft with the other version; null: another program made it */
  | Fact<'DraftConflicted', OfDraft & { other: string | null }>
  | Fact<'DraftSent', OfDraft & { messageId: string }>
  | Fact<'DraftDiscarded', OfDraft>
  | Fact<'DraftGone', OfDraft & { why: WhyGone; erasureId: string | null }>;

export const draftFacts: FactShapes<DraftEvent> = {
  DraftBegun: { v: 1 },
  DraftSaved: { v: 1 },
  DraftTaken: { v: 1 },
  DraftConflicted: { v: 1 },
  DraftSent: { v: 1 },
  DraftDiscarded: { v: 1 },
  DraftGone: { v: 1 },
};
