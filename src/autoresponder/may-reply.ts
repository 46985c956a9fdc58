import type { ReplyFields } from '../mail/reading/reply-fields.js';
import { normalAddress } from '../mail/reading/normal-address.js';
import type { WhySuppressed } from './autoreply.events.js';

/** A received message, as its fact and its bytes show it. */
export interface Received {
  receivedAt: Date;
  arrival: 'import' | 'new';
  /** From, or Reply-To of a contact form; null without a usable address */
  author: string | null;
  fields: ReplyFields;
  /** the message lies in the junk folder */
  inJunk: boolean;
}

/** The account that would answer. */
export interface Responder {
  /** address and, if it is one, login */
  addresses: readonly string[];
  /** true for the address of any account of the organisation */
  isOwn(address: string): boolean;
  activatedAt: Date;
}

/** Programs that answer no person. The local part alone decides; letter case does not. */
const SYSTEM =
  /^(?:mailer[-_.]?daemon|postmaster|listserv|listproc|majordomo|mailman|daemon|root|nobody|owner-.*|.*-owner|.*-request|.*-bounces?|bounces?|.*no[-_.]?reply.*|.*do[-_.]?not[-_.]?reply.*|.*nie[-_.]?odpowiadaj.*)(?:[-+=].*)?$/i;
/** Tags by which servers check or forward a return path (BATV, SRS, VERP): the author is the one to answer. */
const TAGGED = /^(?:(?:msprvs|prvs|btv1|srs[01])[=+-].*|.*=[^=@]+\.[^=@]+|bounces?[-+=_.].*)$/i;
const ADDRESS = /^[^@\s]+@[^@\s]+$/;

const localPart = (address: string): string => address.slice(0, address.lastIndexOf('@'));

/**
 * Address to answer: the return path (RFC 3834 §4), else the author. Null if there is none.
 */
export function answered({ author, fields: { returnPath } }: Pick<Received, 'author' | 'fields'>): string | null {
  if (returnPath !== null && ADDRESS.test(returnPath) && !TAGGED.test(localPart(returnPath))) return returnPath;
  return author !== null && ADDRESS.test(author) ? author : null;
}

/** All checks by the message and the account alone, in the order of their names; null: it may be answered. */
export function suppression(mail: Received, responder: Responder): WhySuppressed | null {
  const { fields } = mail;
  if (mail.receivedAt < responder.activatedAt) return 'received-before-activation';
  if (mail.arrival === 'import') return 'imported';
  if (fields.returnPath === '') return 'null-return-path';
  const to = answered(mail);
  if (to === null) return 'no-sender';
  const own = new Set(responder.addresses.map(normalAddress));
  const senders = [to, ...(mail.author === null ? [] : [mail.author]), ...fields.senders].filter((one) => one !== '');
  const isOwn = (address: string): boolean => own.has(normalAddress(address)) || responder.isOwn(address);
  // A contact form sends under an own address; its author is somebody else.
  if (isOwn(to) || mail.author === null || isOwn(mail.author)) return 'own-sender';
  if (senders.some((address) => SYSTEM.test(localPart(address)))) return 'system-sender';
  if (fields.isList) return 'mailing-list';
  if (fields.autoSubmitted.some((keyword) => keyword !== 'no')) return 'auto-submitted';
  if (fields.precedence.some((keyword) => PRECEDENCE.has(keyword))) return 'bulk';
  if (fields.suppressed.some((keyword) => SUPPRESSED.has(keyword))) return 'response-suppressed';
  if (fields.isReport) return 'report';
  if (mail.inJunk || fields.isSpam) return 'junk';
  if (!fields.recipients.some((address) => own.has(normalAddress(address)))) return 'not-addressed';
  return null;
}

const PRECEDENCE = new Set(['bulk', 'junk', 'list', 'auto_reply']);
const SUPPRESSED = new Set(['all', 'oof', 'autoreply']);

/** A subject on one line, as long as mail programs show it. */
const LONGEST_SUBJECT = 255;

/** Subject of the reply: that of the setting, else `Auto: …` with that of the message (RFC 5230 §4.5). */
export function replySubject(given: string | null, original: string | null): string {
  const subject = given?.trim() ? given.trim() : `Auto: ${original?.trim() ?? ''}`.trim();
  const letters = [...subject.replaceAll(/[\s\p{Cc}]+/gu, ' ')];
  return letters.length > LONGEST_SUBJECT ? `${letters.slice(0, LONGEST_SUBJECT - 1).join('')}…` : letters.join('');
}
