import { type Address, addressesIn, addressesOf } from './addresses.js';
import { type Attachment, attachmentsOf, type DescribedPart } from './attachments.js';
import { bodyOf } from './body.js';
import { cleanLine } from '../../platform/database/clean-text.js';
import type { DescribedMessage, Envelope } from '../servers/imap.js';
import { decodeWords } from './encoded-words.js';
import { everyAddress } from './every-address.js';
import { isoDate } from './mail-date.js';
import type { Headers } from './mime-headers.js';
import { type Part, partLimits } from './mime-parts.js';
import { withoutArmor } from './protection.js';
import { readOpenedParts } from './opened-files.js';
import { textOfHtml } from './html-text.js';

export interface MessageHead {
  /** with angle brackets, like `inReplyTo` and `references` */
  messageId: string | null;
  inReplyTo: string | null;
  /** ids of ancestors, oldest first, at most 100: of References, and all but the first of In-Reply-To */
  references: string[];
  from: Address | null;
  to: Address[];
  cc: Address[];
  replyTo: Address[];
  /** all addresses in the header, in normal form (`everyAddress`) */
  people: string[];
  subject: string;
  /** ISO 8601; from the sender, unverified */
  date: string | null;
  /** plain text, one line, at most 200 characters */
  preview: string;
  attachments: Attachment[];
  /** the kind of automatic mail by its headers (RFC 3834, RFC 2919, RFC 2369); null: written by a person */
  automatic: null | 'report' | 'auto-submitted' | 'mailing-list' | 'bulk' | 'null-return-path';
  /** false: the bytes are no message; pages offer them raw */
  parsed: boolean;
}

const PREVIEW_BODY_BYTES = 32 * 1024;
/** Growing prefixes: the first kilobyte mostly suffices for a preview, but some HTML begins with a long style sheet. */
const PREFIX_BYTES = [PREVIEW_BODY_BYTES / 32, PREVIEW_BODY_BYTES / 8, PREVIEW_BODY_BYTES];
const PREVIEW_LENGTH = 200;
const MAX_REFERENCES = 100;
/** Characters at each end of a field with ids that count. */
const MAX_IDS = 32 * 1024;

/** The head of bytes that are no message. */
export const unreadableHead = (): MessageHead => ({
  messageId: null,
  inReplyTo: null,
  references: [],
  from: null,
  to: [],
  cc: [],
  replyTo: [],
  people: [],
  subject: '',
  date: null,
  preview: '',
  attachments: [],
  automatic: null,
  parsed: false,
});

/**
 * Reads the data of a message for lists and rules; the preview comes from at most 32 KiB of its body. The bytes have
 * priority over the server's description, so that equal bytes give equal heads on every server. Never throws.
 * @param raw the message, or its beginning
 * @param described the server's description: the source of attachments, and of fields that the bytes lack
 */
export function readHead(raw: Buffer, described?: Pick<DescribedMessage, 'envelope' | 'structure'>): MessageHead {
  try {
    const { headers, root } = readOpenedParts(raw);
    if (headers.isEmpty) return unreadableHead();
    const structure: DescribedPart = described?.structure ?? root;
    return {
      ...fromHeaders(headers, described?.envelope ?? {}),
      preview: previewOf(raw.subarray(0, root.start + PREVIEW_BODY_BYTES), root),
      attachments: attachmentsOf(structure, partLimits.parts),
      automatic: automaticReason(headers),
      parsed: true,
    };
  } catch {
    return unreadableHead();
  }
}

function fromHeaders(headers: Headers, envelope: Envelope) {
  const people = (name: string, fallback: Envelope['to']): Address[] => {
    // Of several From fields the first counts, because most mail programs show that one.
    const field = name === 'from' ? headers.first(name) : headers.all(name).join(', ');
    return field ? addressesIn(field) : addressesOf(fallback);
  };
  const id = (name: string, fallback: string | undefined): string | null =>
    idsIn(headers.first(name) ?? fallback ?? '')[0] ?? null;
  const [inReplyTo = null, ...parents] = idsIn(headers.first('in-reply-to') ?? envelope.inReplyTo ?? '');
  const ids = [...headers.all('references').flatMap(idsIn), ...parents];
  return {
    messageId: id('message-id', envelope.messageId),
    inReplyTo,
    // Keeps the first id, which identifies the conversation, and the last ones.
    references: ids.length > MAX_REFERENCES ? [...ids.slice(0, 1), ...ids.slice(1 - MAX_REFERENCES)] : ids,
    from: people('from', envelope.from)[0] ?? null,
    to: people('to', envelope.to),
    cc: people('cc', envelope.cc),
    replyTo: people('reply-to', envelope.replyTo),
    people: everyAddress(headers),
    subject: cleanLine(decodeWords(headers.first('subject')?.slice(0, 10_000) ?? envelope.subject ?? ''), 1000),
    date: isoDate(headers.first('date') ?? envelope.date),
  };
}

function idsIn(field: string): string[] {
  // The nearest ancestors stand at the end.
  const bounded = field.length > 2 * MAX_IDS ? `${field.slice(0, MAX_IDS)} ${field.slice(-MAX_IDS)}` : field;
  const bracketed = bounded.match(/<[^<>]{1,990}>/g);
  if (bracketed) return bracketed.flatMap((id) => cleanId(id) ?? []);
  const bare = bounded.replace(/\([^()]*\)/g, '').trim();
  return /^[^<>\s]{1,990}$/.test(bare) ? [cleanLine(`<${bare}>`, 1000)] : [];
}

/** Some programs fold a long id in two. Undefined for other words in angle brackets, such as a date. */
function cleanId(id: string): string | undefined {
  const whole = id.replace(/\s/g, '');
  return whole === id || whole.includes('@') ? cleanLine(whole, 1000) : undefined;
}

/** From growing prefixes of the text, so that a short one costs little. */
function previewOf(raw: Buffer, root: Part): string {
  let line = '';
  for (const bytes of PREFIX_BYTES) {
    const { text, html } = bodyOf(raw, root, bytes);
    const plain = cleanLine(withoutArmor(text ?? ''), PREVIEW_LENGTH);
    line = plain || cleanLine(textOfHtml(html ?? '', bytes / 4).replace(/\s+/g, ' '), PREVIEW_LENGTH);
    if (line.length >= PREVIEW_LENGTH || root.start + bytes >= raw.length) break;
  }
  return line;
}

/** Signs of mail that no person wrote to this reader. */
function automaticReason(headers: Headers): MessageHead['automatic'] {
  const field = (name: string): string => headers.first(name)?.toLowerCase() ?? '';
  const word = (name: string): string => /^[\w-]*/.exec(field(name))![0];
  const type = field('content-type');
  const isReport = type.startsWith('multipart/report');
  const isAnswerToInvitation = type.startsWith('text/calendar') && /method="?(reply|counter)/.test(type);
  const isAutoReply =
    !['', 'no'].includes(word('auto-submitted')) ||
    AUTO_REPLY.some((name) => headers.first(name) !== undefined) ||
    /auto[-_]?reply/.test(field('precedence')) ||
    /\b(all|oof|autoreply)\b/.test(field('x-auto-response-suppress'));
  if (isReport && !/report-type="?disposition/.test(type)) return 'report';
  if (headers.first('x-failed-recipients') !== undefined) return 'report';
  const isFromNobody = headers.first('return-path')?.replace(/\s/g, '') === '<>';
  if (isFromNobody && /\bmailer-daemon@/.test(field('from'))) return 'report';
  if (isAutoReply || isReport || isAnswerToInvitation) return 'auto-submitted';
  if (LIST.some((name) => headers.first(name) !== undefined)) return 'mailing-list';
  const isBulk = ['bulk', 'list', 'junk'].includes(word('precedence')) || /bulk|campaign/.test(field('feedback-id'));
  if (isBulk || word('x-spam-flag') === 'yes') return 'bulk';
  return isFromNobody ? 'null-return-path' : null;
}

const AUTO_REPLY = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply', 'x-failed-recipients'];
/** RFC 2919, RFC 2369 */
const LIST = ['list-id', 'list-unsubscribe', 'list-post'];
