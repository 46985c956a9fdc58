import { isTechnical } from '../../src/mail/reading/attachments.js';
import { LAST_BODY_POSITION } from '../../src/mail/reading/body-words.js';
import { Tsvector } from '../../src/platform/read-models/tsvector.js';
import { Lexemes } from '../../src/mail/reading/lexemes.js';
import { fold, numbersOfFolded, wordsOfFolded } from '../../src/mail/reading/search-words.js';
import type { PersonalContent } from '../../src/messages/message.events.js';

/** Those of the body stand beside them in the tsvector, which holds less than 1024 KiB. */
const ROOM = { bytes: 100 * 1024, lastPosition: 16_383 };

export type Field = 'from' | 'to' | 'subject';

/** Words of the mail begin with a letter or digit, so that they are never the beginnings of these lexemes. */
export const inAccount = (accountId: string): string => `:in:${accountId}`;
export const inField = (field: Field, word: string): string => `:${field}:${word}`;
export const addressIn = (field: Field, address: string): string => `:${field}:<${fold(address).trim().slice(0, 320)}>`;
export const HAS_ATTACHMENT = ':has:attachment';

type Found = Pick<PersonalContent, 'subject' | 'from' | 'to' | 'cc' | 'replyTo' | 'attachments'>;
type Person = NonNullable<Found['from']>;

/** An image within the text and a signature are no attachments to the reader. */
export const isFile = ({ inline, contentType }: { inline: boolean; contentType: string }): boolean =>
  !(inline && contentType.startsWith('image/')) && !isTechnical({ contentType });

/**
 * Account, subject, people and names of attachments, as far as there is room, then the body.
 */
export function searchDocument(accountId: string, found: Found, bodyWords: Tsvector): Tsvector {
  const fields = new Fields();
  fields.lexemes.add(inAccount(accountId));
  if (found.attachments?.some(isFile)) fields.lexemes.add(HAS_ATTACHMENT);
  fields.add(found.subject ?? '', 'subject');
  if (found.from) fields.addPerson(found.from, 'from');
  for (const { filename } of found.attachments ?? []) fields.add(filename);
  for (const person of [...(found.to ?? []), ...(found.cc ?? [])]) fields.addPerson(person, 'to');
  for (const person of found.replyTo ?? []) fields.addPerson(person);
  return bodyWords.with(fields.lexemes.all);
}

/** Words of fields, placed behind those of the body. */
class Fields {
  readonly lexemes = new Lexemes(ROOM);
  private position = LAST_BODY_POSITION + 1;

  add(text: string, field?: Field): void {
    const folded = fold(text);
    // A gap, so that no phrase reaches from one text into the next.
    this.position++;
    for (const word of wordsOfFolded(folded)) this.addWord(word, field, ++this.position);
    for (const number of numbersOfFolded(folded)) this.addWord(number, field);
  }

  addPerson({ name, address }: Person, field?: Field): void {
    if (field && address) this.lexemes.add(addressIn(field, address));
    this.add(`${name} ${address}`, field);
  }

  private addWord(word: string, field?: Field, position?: number): void {
    this.lexemes.add(word, position);
    if (field) this.lexemes.add(inField(field, word), position);
  }
}
