import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import { cleanLine } from '../../platform/database/clean-text.js';
import { safeContentType, safeFilename } from './file-names.js';
import type { OutgoingFile, OutgoingMessage, Person } from './outgoing-message.js';
import { needsSmtpUtf8, sentAddress } from './recipients.js';
import { bounded, isMessageId } from './references.js';
import { fitsSevenBits } from './seven-bits.js';
import type { WrittenBody } from './written-body.js';

type Attachment = NonNullable<NonNullable<ConstructorParameters<typeof MailComposer>[0]>['attachments']>[number];

export interface Composition {
  /** The message by RFC 5322, with its `Bcc`, in ASCII unless `smtpUtf8`. Attachments of any size are streamed. */
  content: Readable;
  /** true: an address needs a server with SMTPUTF8 (RFC 6531) */
  smtpUtf8: boolean;
}

/** RFC 3834 §3.1.7, and two older fields that some servers still ask for. */
const AUTOMATIC = {
  'Auto-Submitted': 'auto-replied',
  Precedence: 'bulk',
  'X-Auto-Response-Suppress': 'All',
} as const;

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9-]{0,60}$/;
/** Fields that the composition itself writes, or that only servers write. */
const OWN_FIELD =
  /^(?:from|sender|to|cc|bcc|reply-to|date|message-id|in-reply-to|references|subject|mime-version|received|return-path|(?:content|resent)-.*)$/i;
const MAX_LINE = 998;
const MAX_NAME = 200;
const WORD_LENGTH = 52;
const BOUNDARY_CHARACTERS = 32;

/** Domain of the Content-IDs of a message. */
export const domainOf = (messageId: string): string => messageId.slice(messageId.lastIndexOf('@') + 1, -1);

/**
 * Composes the bytes of a message. Equal input gives equal bytes. Text, HTML and files are encoded in seven bits, so no
 * server needs 8BITMIME. No value adds a field: control characters are removed.
 * @param body of `writtenBody`
 * @throws Error for a Message-ID or a further field that is invalid; the stream throws errors of files
 */
export async function compose(message: OutgoingMessage, body: WrittenBody): Promise<Composition> {
  const { messageId, date, from, to, cc = [], bcc = [], replyTo = [], files = [], extra = {} } = message;
  if (!isMessageId(messageId)) throw new Error('the Message-ID is invalid');
  const replied = message.inReplyTo && isMessageId(message.inReplyTo) ? message.inReplyTo : undefined;
  const root = new MailComposer({
    messageId,
    date,
    from: mailbox(from),
    to: to.map(mailbox),
    cc: cc.map(mailbox),
    bcc: bcc.map(mailbox),
    replyTo: replyTo.map(mailbox),
    ...(replied !== undefined && { inReplyTo: replied }),
    references: bounded(message.references ?? []),
    headers: {
      Subject: subjectLine(message.subject),
      ...furtherFields(extra),
      ...(message.automatic && AUTOMATIC),
    },
    text: body.text,
    ...(body.html !== null && { html: body.html }),
    attachments: await attachments(files, body),
    newline: 'win',
    // `=_` is in no text in quoted-printable or base64 (RFC 2045 §6.7).
    boundaryPrefix: '=_mailroom',
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, BOUNDARY_CHARACTERS),
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  root.keepBcc = true;
  const everyone = [from, ...to, ...cc, ...bcc, ...replyTo];
  return {
    content: root.createReadStream(),
    smtpUtf8: everyone.some(({ address }) => needsSmtpUtf8(sentAddress(address))),
  };
}

/** A name that looks like an encoded word would be decoded by its reader (RFC 2047 §7). */
const mailbox = ({ name, address }: Person): { name: string; address: string } => ({
  name: cleanLine(name ?? '', MAX_NAME).replaceAll('=?', '= ?'),
  address: sentAddress(address),
});

function subjectLine(written: string): { value: string; prepared: boolean; foldLines: boolean } | string {
  const subject = cleanLine(written, MAX_LINE);
  if (!subject.includes('=?')) return subject;
  return { value: encodeWord(subject, 'B', WORD_LENGTH), prepared: true, foldLines: true };
}

/** @throws Error for a field that the message has by itself, or without a valid name */
function furtherFields(more: Readonly<Record<string, string>>): Record<string, string> {
  const wrong = Object.keys(more).find((name) => !FIELD_NAME.test(name) || OWN_FIELD.test(name));
  if (wrong !== undefined) throw new Error('the name of a further field is invalid');
  return Object.fromEntries(Object.entries(more).map(([name, text]) => [name, cleanLine(text, MAX_LINE)]));
}

/** Pictures of the HTML, then all other files. An image that the message does not have is left out. */
async function attachments(files: readonly OutgoingFile[], { pictures }: WrittenBody): Promise<Attachment[]> {
  const shown = pictures.flatMap((picture): { file: OutgoingFile; contentId: string }[] => {
    const { contentId } = picture;
    if ('cid' in picture) {
      const file = files.find(({ cid }) => cid === picture.cid);
      return file ? [{ file, contentId }] : [];
    }
    const filename = `${contentId.split('@')[0]}.${picture.contentType.split('/')[1]}`;
    return [{ file: { ...picture, filename }, contentId }];
  });
  const used = new Set(shown.map(({ file }) => file));
  return Promise.all([
    ...shown.map(async ({ file, contentId }) => ({
      ...(await described(file)),
      cid: contentId,
      contentDisposition: 'inline' as const,
    })),
    ...files.filter((file) => !used.has(file)).map(described),
  ]);
}

/** A message stays one only if it needs no encoding, which it must not have (RFC 2046 §5.2.1); others are bytes. */
async function described(file: OutgoingFile): Promise<Attachment> {
  const type = safeContentType(file.contentType);
  const filename = safeFilename(file.filename);
  const common = { content: contentOf(file), contentDisposition: 'attachment' as const };
  if (!type.startsWith('message/'))
    return { ...common, filename, contentType: type, contentTransferEncoding: 'base64' };
  if (await fitsSevenBits(contentOf(file)))
    return { ...common, filename, contentType: type, contentTransferEncoding: '7bit' };
  const named = /\.[a-z]{1,8}$/i.test(filename) ? filename : `${filename}.eml`;
  return { ...common, filename: named, contentType: 'application/octet-stream', contentTransferEncoding: 'base64' };
}

/** Opens the file when its turn comes, so that a message with many files has one of them open. */
const contentOf = ({ content }: OutgoingFile): Readable =>
  Readable.from(
    (async function* () {
      if (typeof content === 'function') yield* await content();
      else yield Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    })(),
    { objectMode: false },
  );
