import { quoted } from '../../src/mail/reading/lexemes.js';
import { fold, GROUPED_NUMBER, isPartOfPair, withoutSeparators, wordsOf } from '../../src/mail/reading/search-words.js';

/** Terms of a tsquery. */

/** Lexeme of a word, such as that of a field. */
export type Lexeme = (word: string) => string;
export const itself: Lexeme = (word) => word;

const beginning = (lexeme: string): string => `${quoted(lexeme)}:*`;
export const anyOf = (terms: readonly string[]): string => (terms.length === 1 ? terms[0]! : `(${terms.join(' | ')})`);

/** A term for the beginning of each word, and for each number in groups. */
export function termsOf(text: string, lexeme: Lexeme): string[] {
  const pieces = text.normalize('NFKC').split(GROUPED_NUMBER);
  // Every second piece is a number, by the capturing group of the pattern.
  return pieces.flatMap((piece, n) =>
    n % 2 === 1 ? [numberOf(piece, lexeme)] : spellings(piece, lexeme, beginning).map(anyOf),
  );
}

function numberOf(number: string, lexeme: Lexeme): string {
  const groups = Array.from(wordsOf(number), (group) => beginning(lexeme(group)));
  return anyOf([`(${groups.join(' & ')})`, beginning(lexeme(withoutSeparators(fold(number))))]);
}

/** Terms for whole words, in their order. */
export const phraseOf = (text: string, lexeme: Lexeme): string[] =>
  spellings(text.normalize('NFKC'), lexeme, quoted).map(anyOf);

/** Of each word its terms, however its umlauts are written: `Müller`, `Muller` or `Mueller`. */
function spellings(text: string, lexeme: Lexeme, term: (lexeme: string) => string): string[][] {
  const spelledOut = [...wordsOf(text.replace(/[äöü]/gi, (umlaut) => `${umlaut}e`))];
  return Array.from(wordsOf(text), (word, n) => {
    // Only the whole word, because a shortened one such as `tru` begins many others.
    const short = word.replace(/([aou])e/g, '$1');
    const form = isPartOfPair(word) ? beginning : term;
    const terms = [word, spelledOut[n] ?? word].map((each) => form(lexeme(each)));
    return [...new Set([...terms, ...(short === word ? [] : [quoted(lexeme(short))])])];
  });
}
