import { textIn } from './codepages.js';
import { readMapiProperties, type MapiProperties, PROPERTY } from './mapi-properties.js';

/**
 * Reads TNEF, the format of winmail.dat (MS-OXTNEF). The time is linear in the number of octets, also for broken
 * files; of a file that ends early it reads the beginning.
 */

export interface TnefFile {
  filename: string;
  contentType: string | null;
  /** with or without angle brackets */
  contentId: string | null;
  content: Buffer;
}

export interface TnefMessage {
  subject: string | null;
  plain: string | null;
  html: string | null;
  /** compressed RTF (MS-OXRTFCP) */
  rtf: Buffer | null;
  /** in their order; messages within the message too */
  attachments: (TnefFile | TnefMessage)[];
}

export const isMessage = (attachment: TnefFile | TnefMessage): attachment is TnefMessage => 'attachments' in attachment;

const SIGNATURE = 0x223e9f78;
const HEADER_BYTES = 6;
/** level, id, length; a checksum of two octets follows the data */
const ATTRIBUTE_BYTES = 9;
const CHECKSUM_BYTES = 2;
const MOST_ATTACHMENTS = 500;
/** of messages within messages */
const DEEPEST = 3;

const ATTRIBUTE = {
  codepage: 0x69007,
  subject: 0x18004,
  body: 0x2800c,
  messageProperties: 0x69003,
  attachmentBegins: 0x69002,
  attachmentTitle: 0x18010,
  attachmentData: 0x6800f,
  attachmentProperties: 0x69005,
} as const;

export const isTnef = (bytes: Buffer): boolean => bytes.length > HEADER_BYTES && bytes.readUInt32LE(0) === SIGNATURE;

/** undefined: no TNEF */
export function readTnef(bytes: Buffer, depth = DEEPEST): TnefMessage | undefined {
  if (!isTnef(bytes)) return undefined;
  const message: TnefMessage = { subject: null, plain: null, html: null, rtf: null, attachments: [] };
  const found: FoundAttachment[] = [];
  let codepage = 1252;
  for (const { id, data } of attributesOf(bytes)) {
    if (id === ATTRIBUTE.codepage && data.length >= 4) codepage = data.readUInt32LE(0);
    else if (id === ATTRIBUTE.subject) message.subject ??= textOf(data, codepage);
    else if (id === ATTRIBUTE.body) message.plain ??= textOf(data, codepage);
    else if (id === ATTRIBUTE.messageProperties) takeBodies(message, readMapiProperties(data, codepage));
    else takeAttachment(found, id, data, codepage);
  }
  message.attachments = found.flatMap((each) => attachmentOf(each, depth) ?? []);
  return message;
}

function* attributesOf(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  for (let at = HEADER_BYTES; at + ATTRIBUTE_BYTES <= bytes.length;) {
    const level = bytes[at]!;
    if (level !== 1 && level !== 2) return;
    const start = at + ATTRIBUTE_BYTES;
    const end = start + bytes.readUInt32LE(at + 5);
    yield { id: bytes.readUInt32LE(at + 1), data: bytes.subarray(start, end) };
    at = end + CHECKSUM_BYTES;
  }
}

function takeBodies(message: TnefMessage, properties: MapiProperties): void {
  message.subject = properties.text(PROPERTY.subject) ?? message.subject;
  message.plain = properties.text(PROPERTY.body) ?? message.plain;
  message.html = properties.html() ?? message.html;
  message.rtf = properties.bytes(PROPERTY.compressedRtf) ?? message.rtf;
}

interface FoundAttachment {
  title: string | null;
  data: Buffer | null;
  properties: MapiProperties | null;
}

function takeAttachment(found: FoundAttachment[], id: number, data: Buffer, codepage: number): void {
  const isPart =
    id === ATTRIBUTE.attachmentTitle || id === ATTRIBUTE.attachmentData || id === ATTRIBUTE.attachmentProperties;
  if (id === ATTRIBUTE.attachmentBegins || (isPart && found.length === 0)) {
    if (found.length === MOST_ATTACHMENTS) return;
    found.push({ title: null, data: null, properties: null });
  }
  const last = found.at(-1);
  if (!last) return;
  if (id === ATTRIBUTE.attachmentTitle) last.title = textOf(data, codepage);
  else if (id === ATTRIBUTE.attachmentData) last.data = data;
  else if (id === ATTRIBUTE.attachmentProperties) last.properties = readMapiProperties(data, codepage);
}

function attachmentOf({ title, data, properties }: FoundAttachment, depth: number): TnefFile | TnefMessage | null {
  const object = properties?.object(PROPERTY.attachmentData) ?? null;
  const content = data ?? object;
  if (content === null) return null;
  if (object !== null && isTnef(object)) return depth > 0 ? (readTnef(object, depth - 1) ?? null) : null;
  return {
    filename:
      properties?.text(PROPERTY.longFilename) ??
      properties?.text(PROPERTY.filename) ??
      title ??
      properties?.text(PROPERTY.displayName) ??
      '',
    contentType: properties?.text(PROPERTY.contentType) ?? null,
    contentId: properties?.text(PROPERTY.contentId) ?? null,
    content,
  };
}

const textOf = (data: Buffer, codepage: number): string | null => textIn(data, codepage) || null;
