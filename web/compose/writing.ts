import type { Schemas } from '../shared/api.js';
import { type Person, withoutRepeated } from './recipients.js';

/** A file of a message, or a picture within its text. */
export interface WrittenFile {
  /** unique within the message */
  key: string;
  filename: string;
  contentType: string;
  size: number;
  /** name of the picture in the HTML; null: an attachment */
  cid: string | null;
  /** `arriving`: its share that the service has, 0 to 1; `refused`: why; else where the service finds the file */
  at:
    | { kind: 'arriving'; share: number }
    | { kind: 'refused'; error: unknown }
    | { kind: 'uploaded'; uploadId: string }
    | { kind: 'in-message'; messageId: string; index: number };
}

/** A message that a person writes: the body of a send, incomplete as it may be. */
export interface Writing {
  accountId: string;
  to: readonly Person[];
  cc: readonly Person[];
  bcc: readonly Person[];
  subject: string;
  /** HTML of the editor; pictures are named by `cid:` */
  html: string;
  files: readonly WrittenFile[];
  /** ids of messages here */
  inReplyTo: string | null;
  forwardOf: string | null;
  /** numbers of the files of the forwarded message that stay behind */
  forwardWithout: readonly number[];
  quote: boolean;
}

/** The body of a send or of a draft. */
export function bodyOf(writing: Writing): Schemas['SendBody'] {
  const { to, cc, bcc, subject, html, files, inReplyTo, forwardOf, forwardWithout, quote } = writing;
  return {
    to: to.map(recipientOf),
    cc: cc.map(recipientOf),
    bcc: bcc.map(recipientOf),
    subject: subject.replaceAll(/\s+/g, ' ').trim(),
    html: isEmptyHtml(html) ? null : html,
    // The service would attach a picture that the text does not show any more.
    attachments: files.filter(({ cid }) => cid === null || html.includes(`cid:${cid}`)).flatMap(attachmentOf),
    inReplyTo,
    forwardOf,
    ...(forwardWithout.length > 0 ? { forwardWithout: [...forwardWithout] } : {}),
    quote,
  };
}

const recipientOf = ({ name, address }: Person): Schemas['RecipientBody'] => ({
  name: name.trim() || null,
  address: address.trim(),
});

function attachmentOf({ at, cid }: WrittenFile): Schemas['AttachmentBody'][] {
  const named = cid === null ? {} : { cid };
  if (at.kind === 'uploaded') return [{ uploadId: at.uploadId, ...named }];
  if (at.kind === 'in-message') return [{ fromMessage: at.messageId, index: at.index, ...named }];
  return [];
}

/** True for HTML without words and pictures. */
export const isEmptyHtml = (html: string): boolean => !/<(img|hr)\b/i.test(html) && textOf(html).trim() === '';

/** Words of HTML of the editor; good enough to look for words. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<(?:\/(?:div|p|li|blockquote|h[1-6])|br\s*\/?)>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** True if there is nothing in it that a person would miss. */
export const isEmpty = ({ to, cc, bcc, subject, html, files }: Writing): boolean =>
  to.length + cc.length + bcc.length + files.length === 0 && subject.trim() === '' && isEmptyHtml(html);

/** Everybody that gets the message. */
export const everybody = ({ to, cc, bcc }: Writing): Person[] => withoutRepeated([...to, ...cc, ...bcc]);
