import type { PersonalContent } from '../../src/messages/message.events.js';
import { fold, wordsOf } from './search-words.js';

/** A tsvector holds less than 1 MiB (PostgreSQL 12.11): half of it stays free for its overhead beside the words. */
const MOST_BYTES = 512 * 1024;
const MOST_WORDS = 20_000;

/** Words of the mail hold only letters and digits, so that they never equal these lexemes. */
export const inAccount = (accountId: string): string => `in:${accountId}`;
export const wordOfSender = (word: string): string => `from:${word}`;
export const addressOfSender = (address: string): string => `sender:${fold(address).trim().slice(0, 320)}`;

export const quoted = (lexeme: string): string =>
  `'${/['\\]/.test(lexeme) ? lexeme.replace(/['\\]/g, '$&$&') : lexeme}'`;

type Found = Pick<PersonalContent, 'subject' | 'from' | 'to' | 'cc' | 'replyTo'>;

/** Text of a tsvector: account and sender of a message, then subject, people and body as far as there is room. */
export function searchDocument(accountId: string, { subject, from, to, cc, replyTo }: Found, body: string): string {
  const lexemes = new Set([inAccount(accountId)]);
  let bytes = 0;
  const add = (lexeme: string): boolean => {
    if (lexemes.size >= MOST_WORDS || bytes > MOST_BYTES) return false;
    if (!lexemes.has(lexeme)) bytes += Buffer.byteLength(lexeme);
    lexemes.add(lexeme);
    return true;
  };
  if (from?.address) add(addressOfSender(from.address));
  for (const word of wordsOf(`${from?.name ?? ''} ${from?.address ?? ''}`)) add(wordOfSender(word));
  const people = [from, ...(to ?? []), ...(cc ?? []), ...(replyTo ?? [])].map(
    (person) => `${person?.name ?? ''} ${person?.address ?? ''}`,
  );
  for (const text of [subject ?? '', ...people, body]) for (const word of wordsOf(text)) if (!add(word)) break;
  return [...lexemes].map(quoted).join(' ');
}
