import { addressOfSender, inAccount, quoted, wordOfSender } from './search-document.js';
import { wordsOf } from './search-words.js';

export interface SearchedFor {
  /** words; each is the beginning of a word in subject, people or body */
  q?: string | undefined;
  /** sender: a whole address, or words of name or address */
  from?: string | undefined;
  accounts: 'all' | readonly string[];
}

const MOST_WORDS = 64;
const ADDRESS = /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/u;

/** Text of a tsquery, made of words only, so that no input is an error. undefined: no words, so nothing is found. */
export function searchQuery({ q, from, accounts }: SearchedFor): string | undefined {
  const terms: string[] = [];
  if (q !== undefined) {
    const words = firstWords(q);
    if (words.length === 0) return undefined;
    terms.push(...words.map(beginning));
  }
  if (from !== undefined) {
    const words = firstWords(from).map(wordOfSender);
    if (words.length === 0) return undefined;
    terms.push(...(ADDRESS.test(from) ? [quoted(addressOfSender(from))] : words.map(beginning)));
  }
  if (accounts !== 'all') terms.push(`(${accounts.map((account) => quoted(inAccount(account))).join(' | ')})`);
  return terms.join(' & ');
}

const beginning = (lexeme: string): string => `${quoted(lexeme)}:*`;

function firstWords(text: string): string[] {
  const words = new Set<string>();
  for (const word of wordsOf(text)) if (words.add(word).size === MOST_WORDS) break;
  return [...words];
}
