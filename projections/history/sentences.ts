import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { UserEvent } from '../../src/users/user.events.js';
import { accountSentences } from './account-sentences.js';
import { type CrmEvent, crmSentences } from './crm-sentences.js';
import { type FolderHistoryFact, folderSentences } from './folder-sentences.js';
import type { Names, Sentence, Sentences } from './sentence.js';
import { userSentences } from './user-sentences.js';

export type HistoryFact = AccountEvent | FolderHistoryFact | CrmEvent | UserEvent;

/** Type and data of a recorded fact. */
export interface FactContent<T extends string = string> {
  type: T;
  data: object;
}

export const sentences: Sentences<HistoryFact> = {
  ...accountSentences,
  ...folderSentences,
  ...crmSentences,
  ...userSentences,
};

export const sentenceOf = ({ type, data }: FactContent<HistoryFact['type']>, names: Names): Sentence =>
  (sentences as Record<string, (data: object, names: Names) => Sentence>)[type]!(data, names);

/** Ids of the people in a sentence. */
export function peopleIn(fact: FactContent<HistoryFact['type']>): string[] {
  const ids: string[] = [];
  sentenceOf(fact, { nameOf: (userId) => (ids.push(userId), ''), nameBefore: null });
  return ids;
}
