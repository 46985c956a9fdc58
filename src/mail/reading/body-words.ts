import { Tsvector } from '../../platform/read-models/tsvector.js';
import { Lexemes } from './lexemes.js';
import { fold, numbersOfFolded, wordsOfFolded } from './search-words.js';

/** Greater positions belong to the words of the headers. */
export const LAST_BODY_POSITION = 10_000;
/** A tsvector holds less than 1024 KiB; the rest is for the words of the headers. */
const MOST_BYTES = 900 * 1024;

/**
 * Words of the text, then words that only its other form holds (plain or HTML), then numbers in
 * groups.
 */
export function bodyWords(text: string, otherForm = ''): Tsvector {
  const lexemes = new Lexemes({ bytes: MOST_BYTES, lastPosition: LAST_BODY_POSITION });
  const [folded, other] = [fold(text), fold(otherForm)];
  let position = 0;
  for (const word of wordsOfFolded(folded)) lexemes.add(word, ++position);
  position++;
  for (const word of wordsOfFolded(other)) {
    position++;
    if (!lexemes.has(word)) lexemes.add(word, position);
  }
  for (const each of [folded, other]) for (const number of numbersOfFolded(each)) lexemes.add(number);
  return Tsvector.of(lexemes.all);
}
