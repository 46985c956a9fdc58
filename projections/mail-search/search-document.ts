import type { PersonalContent } from '../../src/messages/message.events.js';
import { fold, numbersOfFolded, wordsOf, wordsOfFolded } from '../../src/mail/reading/search-words.js';

/** A tsvector holds less than 1 MiB (PostgreSQL 12.11): half of it stays free for its overhead beside the words. */
const MOST_BYTES = 512 * 1024;
const MOST_WORDS = 20_000;

/** Words of the mail hold only letters and digits, so that they never equal these lexemes. */
export const inAccount = (accountId: string): string => `in:${accountId}`;
export const wordOfSender = (word: string): string => `from:${word}`;
export const HAS_ATTACHMENT = 'has:attachment';
export const addressOfSender = (address: string): string => `sender:${fold(address).trim().slice(0, 320)}`;

export const quoted = (lexeme: string): string =>
  `'${/['\\]/.test(lexeme) ? lexeme.replace(/['\\]/g, '$&$&') : lexeme}'`;

type Found = Pick<PersonalContent, 'subject' | 'from' | 'to' | 'cc' | 'replyTo' | 'attachments'>;

/** An image within the text is no attachment to the reader. */
const isFile = ({ inline, contentType }: { inline: boolean; contentType: string }): boolean =>
  !inline || !contentType.startsWith('image/');

/**
 * Text of a tsvector: account and sender of a message, then subject, people, names of attachments and body, then the
 * numbers in groups, as far as there is room.
 */
export function searchDocument(accountId: string, found: Found, body: string): string {
  const { subject, from, to, cc, replyTo, attachments } = found;
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
  if (attachments?.some(isFile)) add(HAS_ATTACHMENT);
  const names = (attachments ?? []).map(({ filename }) => filename);
  const texts = [subject ?? '', ...people, ...names, body].map(fold);
  for (const wordsIn of [wordsOfFolded, numbersOfFolded])
    for (const text of texts) for (const word of wordsIn(text)) if (!add(word)) break;
  return [...lexemes].map(quoted).join(' ');
}
