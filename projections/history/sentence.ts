import type { DataOf, Fact } from '../../src/platform/domain.js';
import type { NameOf } from './authors.js';

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
}

/** What somebody did, as it goes on after his name. */
export interface Sentence {
  summary: string;
  changes: Change[];
  /** it set something back to what it was at this revision */
  revertedTo?: number;
}

/** A sentence for each type of fact; `K` is what it has to know besides. A fact without one does not compile. */
export type Sentences<F extends Fact, K> = { [T in F['type']]: (data: DataOf<F, T>, known: K) => Sentence };

/** What a fact says of itself, with its data as they were kept. */
export interface Told<T extends string> {
  type: T;
  data: object;
}

export const telling =
  <F extends Fact, K>(sentences: Sentences<F, K>) =>
  ({ type, data }: Told<F['type']>, known: K): Sentence =>
    (sentences as Record<string, (data: object, known: K) => Sentence>)[type]!(data, known);

/** Ids of the people whom a sentence names. */
export const namedBy =
  <T extends string>(tell: (fact: Told<T>, nameOf: NameOf) => Sentence) =>
  (fact: Told<T>): string[] => {
    const ids: string[] = [];
    tell(fact, (userId) => (ids.push(userId), ''));
    return ids;
  };
