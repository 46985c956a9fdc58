import { setPriority } from 'node:os';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import PostalMime, { type Attachment as ParsedAttachment } from 'postal-mime';
import { readBeginning, type SealedBlob } from '../../platform/blobs/blob-reading.js';
import { BlobDamaged, BlobMissing } from '../../platform/blobs/blob-format.js';
import { described, textsOf } from './attachments.js';
import { cleanText } from '../../platform/database/clean-text.js';
import { textOfHtml } from './html-text.js';
import { partLimits, partText, readParts } from './mime-parts.js';
import type { BlobOutcome, OpenedMessage, OpenLimits, Outcome } from './message.js';

/** Code of the worker threads of `message.ts`. The exported functions are the tasks. */

// On Linux 0 is the calling thread. The main thread decides, stores and answers, so it goes before the parsers.
if (process.platform === 'linux') setPriority(0, 5);

const MAX_TEXT_LENGTH = 2 * 1024 * 1024;
const PREFIX_BYTES = 256 * 1024;
const SEARCH_BODY_BYTES = 512 * 1024;
/** A shorter plain text may only say that there is an HTML part. */
const HINT_LENGTH = 300;

/** Succeeds if this thread can read messages. */
export const probe = (): string => searchText({ raw: Buffer.from('Subject: probe\r\n\r\nprobe'), maxBytes: 100 });

export async function open({ raw, limits }: { raw: Uint8Array; limits: OpenLimits }): Promise<unknown> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const outcome = await outcomeOf(async () => {
    const whole = bytes.length <= limits.bytes && !readParts(bytes, limits).cut;
    return whole ? openWhole(bytes, limits) : openPrefix(bytes);
  });
  const files = 'value' in outcome ? outcome.value.attachments.map(({ content }) => content.buffer) : [];
  // Moves the buffers to the main thread without a copy.
  return move({ [transferableSymbol]: files, [valueSymbol]: outcome });
}

async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { unreadable: String(error) };
  }
}

async function openWhole(bytes: Buffer, limits: OpenLimits): Promise<OpenedMessage> {
  const email = await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: limits.depth });
  return {
    html: email.html === undefined ? null : cleanText(email.html, MAX_TEXT_LENGTH),
    text: email.text === undefined ? null : cleanText(email.text, MAX_TEXT_LENGTH),
    attachments: email.attachments.map(openedAttachment),
    complete: [email.html, email.text].every((text) => (text?.length ?? 0) <= MAX_TEXT_LENGTH),
    parsed: true,
  };
}

function openedAttachment(attachment: ParsedAttachment, index: number): OpenedMessage['attachments'][number] {
  const content = new Uint8Array(attachment.content as ArrayBuffer);
  const file = { ...attachment, contentType: attachment.mimeType, size: content.length };
  return { ...described(index, file), content };
}

function openPrefix(bytes: Buffer): OpenedMessage {
  const [text, html] = ['text/plain', 'text/html'].map((type) => textsIn(bytes, type, PREFIX_BYTES));
  return { html: html || null, text: text || null, attachments: [], complete: false, parsed: true };
}

/** The text for search: the plain text, or the text of the HTML if that is longer and the plain text only a hint. */
export function searchText({ raw, maxBytes }: { raw: Uint8Array; maxBytes: number }): string {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const plain = textsIn(bytes, 'text/plain', SEARCH_BODY_BYTES).trim();
  const html = plain.length < HINT_LENGTH ? textOfHtml(textsIn(bytes, 'text/html', SEARCH_BODY_BYTES)).trim() : '';
  return withinBytes(cleanText(plain.length >= html.length ? plain : html, maxBytes), maxBytes);
}

/** Bytes from the beginning of a message that search covers: text parts come before attachments. */
const SEARCHED_BYTES = 1024 * 1024;

export async function searchTextOfBlob({
  blob,
  maxBytes,
}: {
  blob: SealedBlob;
  maxBytes: number;
}): Promise<BlobOutcome> {
  let raw: Buffer;
  try {
    raw = await readBeginning({ ...blob, key: Buffer.from(blob.key) }, SEARCHED_BYTES);
  } catch (error) {
    if (error instanceof BlobMissing || error instanceof BlobDamaged) return { missing: true };
    return { failed: (error as Error).message };
  }
  return outcomeOf(() => searchText({ raw, maxBytes }));
}

function textsIn(bytes: Buffer, type: string, bodyBytes: number): string {
  const { root } = readParts(bytes, partLimits, bodyBytes);
  return textsOf(root)
    .filter((part) => part.type === type)
    .map((part) => partText(bytes, part, bodyBytes))
    .join('\n');
}

/** Cuts to `maxBytes` octets of UTF-8, without half a character at the end. */
function withinBytes(text: string, maxBytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= maxBytes) return text;
  return new TextDecoder().decode(encoded.subarray(0, maxBytes), { stream: true });
}
