import { quoted, SOME_UNPLACED } from '../../src/mail/reading/lexemes.js';
import { addressIn, type Field, HAS_ATTACHMENT, inAccount, inField } from './search-document.js';
import { type Part, partsOf } from './search-syntax.js';
import { anyOf, itself, type Lexeme, phraseOf, termsOf } from './search-terms.js';

export interface SearchedFor {
  /** words, phrases and operators, as in `search-syntax.ts` */
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
    const wanted = [...new Set(partsOf(q).flatMap(termsOfPart))].slice(0, MOST_TERMS);
    if (wanted.length === 0) return undefined;
    terms.push(...wanted);
  }
  if (from !== undefined) {
    const sender = termsOfField('from', from).slice(0, MOST_TERMS);
    if (sender.length === 0) return undefined;
    terms.push(...sender);
  }
  if (accounts !== 'all') terms.push(anyOf(accounts.map((account) => quoted(inAccount(account)))));
  return terms.join(' & ');
}

function termsOfPart(part: Part): string[] {
  if (part.kind === 'has attachment') return [quoted(HAS_ATTACHMENT)];
  const { kind, field, text } = part;
  if (kind === 'phrase' && !(field && ADDRESS.test(text))) return placedOrNot(text, field ? lexemeIn(field) : itself);
  return field ? termsOfField(field, text) : termsOf(text, itself);
}

const lexemeIn =
  (field: Field): Lexeme =>
  (word) =>
    inField(field, word);

function termsOfField(field: Field, text: string): string[] {
  const terms = termsOf(text, lexemeIn(field));
  return terms.length > 0 && field !== 'subject' && ADDRESS.test(text) ? [quoted(addressIn(field, text))] : terms;
}

/** A message without the positions of some words is found by the words of the phrase. */
function placedOrNot(text: string, lexeme: Lexeme): string[] {
  const words = phraseOf(text, lexeme).slice(0, MOST_TERMS);
  if (words.length < 2) return words;
  return [anyOf([`(${words.join(' <-> ')})`, `(${[quoted(SOME_UNPLACED), ...words].join(' & ')})`])];
}
