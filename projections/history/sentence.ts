import type { DataOf, Fact } from '../../src/platform/domain.js';
import type { NameOf } from './authors.js';

/** Stands for a password, and for personal data that the caller may not see. */
export const SECRET = '•••';
export const quoted = (text: string | null): string => (text === null ? '(forgotten)' : `“${text}”`);

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
}

/** Text of an entry, as it continues after the author's name. */
export interface Sentence {
  summary: string;
  changes: Change[];
  /** revision with the value that was restored */
  revertedTo?: number;
}

/** Names that a sentence needs beside the data of its fact. */
export interface Names {
  nameOf: NameOf;
  /** former name of the person in the fact; null: unknown */
  nameBefore: string | null;
}

/** One sentence per type of fact: a fact without a sentence does not compile. */
export type Sentences<F extends Fact> = { [T in F['type']]: (data: DataOf<F, T>, names: Names) => Sentence };
