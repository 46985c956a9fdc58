import { addressOfSender, inAccount, quoted, wordOfSender } from './search-document.js';
import { fold, GROUPED_NUMBER, withoutSeparators, wordsOf } from '../../src/mail/reading/search-words.js';

export interface SearchedFor {
  /** words; each is the beginning of a word in subject, people, names of attachments or body */
  q?: string | undefined;
  /** sender: a whole address, or words of name or address */
  from?: string | undefined;
  accounts: 'all' | readonly string[];
}

const MOST_TERMS = 64;
const ADDRESS = /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/u;

/** Text of a tsquery, made of words only, so that no input is an error. undefined: no words, so nothing is found. */
export function searchQuery({ q, from, accounts }: SearchedFor): string | undefined {
  const terms: string[] = [];
  if (q !== undefined) {
    const words = termsOf(q);
    if (words.length === 0) return undefined;
    terms.push(...words);
  }
  if (from !== undefined) {
    const words = termsOf(from, wordOfSender);
    if (words.length === 0) return undefined;
    terms.push(...(ADDRESS.test(from) ? [quoted(addressOfSender(from))] : words));
  }
  if (accounts !== 'all') terms.push(anyOf(accounts.map((account) => quoted(inAccount(account)))));
  return terms.join(' & ');
}

type Lexeme = (word: string) => string;
const itself: Lexeme = (word) => word;
const beginning = (lexeme: string): string => `${quoted(lexeme)}:*`;
const anyOf = (terms: readonly string[]): string => (terms.length === 1 ? terms[0]! : `(${terms.join(' | ')})`);
const allOf = (terms: readonly string[]): string => `(${terms.join(' & ')})`;

function termsOf(text: string, lexeme: Lexeme = itself): string[] {
  const pieces = text.normalize('NFKC').split(GROUPED_NUMBER);
  // Every second piece is a number, by the capturing group of the pattern.
  const terms = pieces.flatMap((piece, n) => (n % 2 === 1 ? [numberTerm(piece, lexeme)] : wordTerms(piece, lexeme)));
  return [...new Set(terms)].slice(0, MOST_TERMS);
}

function numberTerm(number: string, lexeme: Lexeme): string {
  const groups = Array.from(wordsOf(number), (group) => beginning(lexeme(group)));
  return anyOf([allOf(groups), beginning(lexeme(withoutSeparators(fold(number))))]);
}

/** Each word, however its umlauts are written: `Müller`, `Muller` or `Mueller`. */
function wordTerms(text: string, lexeme: Lexeme): string[] {
  const spelledOut = [...wordsOf(text.replace(/[äöü]/gi, (umlaut) => `${umlaut}e`))];
  return Array.from(wordsOf(text), (word, n) => {
    const beginnings = new Set([word, spelledOut[n] ?? word]);
    // Only whole words, because a shortened word such as `tru` begins many others.
    const short = word.replace(/([aou])e/g, '$1');
    return anyOf([
      ...Array.from(beginnings, (each) => beginning(lexeme(each))),
      ...(short === word ? [] : [quoted(lexeme(short))]),
    ]);
  });
}
