import { setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { OpenFiles, readBeginning, type SealedBlob } from '../../platform/blobs/blob-reading.js';
import { BlobDamaged, BlobMissing } from '../../platform/blobs/blob-format.js';
import { addressesIn } from './addresses.js';
import { type AttachedPart, described, dividedParts } from './attachments.js';
import { bodyHashOf } from './body-hash.js';
import { bodyOf } from './body.js';
import { bodyWords } from './body-words.js';
import { cleanText } from '../../platform/database/clean-text.js';
import { extractOf, type Needle, type Piece } from './extract.js';
import { textOfHtml } from './html-text.js';
import { type Part, partBytes, partLimits } from './mime-parts.js';
import type { BlobOutcome, SearchTask } from './search-words-of-blob.js';
import type { HeadsTask, OpenedMessage, OpenTask, Outcome, ReadHead } from './message.js';
import { readHead } from './message-head.js';
import { readDeliveryReport } from './delivery-report.js';
import { readHeaders } from './mime-headers.js';
import type { ReactionOutcome, ReactionTask } from './reaction-reading.js';
import { replyFieldsOf } from './reply-fields.js';
import { withoutNotices } from './protection.js';
import { readOpenedParts } from './opened-files.js';
import { cleanedHtml } from './safe-html.js';
import type { Words } from '../writing/outgoing-message.js';
import { type DraftWords, draftWords } from '../writing/draft-words.js';
import { type WrittenBody, writtenBody } from '../writing/written-body.js';

/** Code of the worker threads of `message.ts`. The exported functions are the tasks. */

// On Linux 0 is the calling thread. The main thread decides, stores and answers, so it goes before the parsers.
if (process.platform === 'linux' && !isMainThread) setPriority(0, 5);

const MAX_TEXT_LENGTH = 2 * 1024 * 1024;
const PREFIX_BYTES = 256 * 1024;

/** Succeeds if this thread can read messages. */
export const probe = (): string =>
  bodyWords(...searchTexts({ raw: Buffer.from('Subject: probe\r\n\r\nprobe'), maxBytes: 100 })).toString();

export const heads = ({ bytes, messages }: HeadsTask): ReadHead[] =>
  messages.map(({ at, size, described }) => {
    const raw = Buffer.from(bytes, at, size);
    return { head: readHead(raw, described), bodyHash: described ? null : bodyHashOf(raw) };
  });

export async function open({ raw, limits, shown, textOnly }: OpenTask): Promise<unknown> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const outcome = await outcomeOf(() => {
    const opened = openWithin(bytes, limits);
    return textOnly ? asText(opened) : shown ? asShown(opened, shown) : opened;
  });
  const opened = 'value' in outcome ? [...outcome.value.attachments, ...outcome.value.unlisted] : [];
  // Moves the buffers to the main thread without a copy.
  return move({ [transferableSymbol]: opened.map(({ content }) => content.buffer), [valueSymbol]: outcome });
}

/** The words of a message that is written here. */
export const writtenBodyOf = ({ words, domain }: { words: Words; domain: string }): WrittenBody =>
  writtenBody(words, domain);

/** The words of a draft that is written here. */
export const draftWordsOf = (words: Pick<Words, 'html' | 'text'>): DraftWords => draftWords(words);

function openWithin(bytes: Buffer, limits: OpenTask['limits']): OpenedMessage {
  if (bytes.length > limits.bytes) return openPrefix(bytes);
  const { headers, root, cut } = readOpenedParts(bytes, limits);
  return cut ? openPrefix(bytes) : { ...openWhole(bytes, root), bcc: addressesIn(headers.all('bcc').join(', ')) };
}

function asText({ html, text, ...opened }: OpenedMessage): OpenedMessage {
  return { ...opened, html: null, text: text ?? (html === null ? null : textOfHtml(html)), complete: false };
}

function asShown(opened: OpenedMessage, { images, attachmentsUrl }: NonNullable<OpenTask['shown']>): OpenedMessage {
  if (opened.html === null) return opened;
  const cid = (contentId: string): string | null => {
    const part = opened.attachments.find((attachment) => attachment.contentId === contentId);
    return part ? `${attachmentsUrl}/${part.index}` : null;
  };
  return { ...opened, ...cleanedHtml(opened.html, { images, cid }) };
}

async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { unreadable: String(error) };
  }
}

function openWhole(bytes: Buffer, root: Part): Omit<OpenedMessage, 'bcc'> {
  const { text, html, protection } = bodyOf(bytes, root);
  const { files } = dividedParts(root);
  return {
    html: html === null ? null : cleanText(html, MAX_TEXT_LENGTH),
    text: text === null ? null : cleanText(text, MAX_TEXT_LENGTH),
    attachments: files.filter(({ listed }) => listed).map((file) => openedAttachment(bytes, file)),
    unlisted: files.filter(({ listed }) => !listed).map((file) => openedAttachment(bytes, file)),
    protection,
    imagesRemoved: false,
    complete: [html, text].every((each) => (each?.length ?? 0) <= MAX_TEXT_LENGTH),
    parsed: true,
  };
}

function openedAttachment(bytes: Buffer, { part, index }: AttachedPart<Part>): OpenedMessage['attachments'][number] {
  // A copy of its own, which moves to the main thread.
  const content = new Uint8Array(partBytes(bytes, part));
  return { ...described(index, part, content.length), content };
}

function openPrefix(bytes: Buffer): OpenedMessage {
  const { root } = readOpenedParts(bytes, partLimits, PREFIX_BYTES);
  return {
    ...bodyOf(bytes, root, PREFIX_BYTES),
    attachments: [],
    bcc: [],
    unlisted: [],
    imagesRemoved: false,
    complete: false,
    parsed: true,
  };
}

/** The texts for search, longest first: of the plain text and of the HTML, since each may hold words of its own. */
export function searchTexts({ raw, maxBytes }: { raw: Uint8Array; maxBytes: number }): [string, string] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const body = bodyOf(bytes, readOpenedParts(bytes, partLimits).root);
  const [plain, html] = [
    withoutNotices(body.text ?? ''),
    body.html === null ? '' : textOfHtml(body.html, maxBytes),
  ].map((text) => withinBytes(cleanText(text.trim(), maxBytes), maxBytes)) as [string, string];
  return plain.length >= html.length ? [plain, html] : [html, plain];
}

/** Bytes from the beginning of a message that search covers: a megabyte of text, encoded, before the attachments. */
const SEARCHED_BYTES = 3 * 1024 * 1024;

export async function searchWordsOfBlobs({ blobs, maxBytes }: SearchTask): Promise<BlobOutcome[]> {
  const outcomes: BlobOutcome[] = [];
  await OpenFiles.during(async (files) => {
    for (const blob of blobs) outcomes.push(await searchWordsOf(blob, maxBytes, files));
  });
  return outcomes;
}

async function searchWordsOf(blob: SealedBlob, maxBytes: number, files: OpenFiles): Promise<BlobOutcome> {
  let raw: Buffer;
  try {
    raw = await readBeginning({ ...blob, key: Buffer.from(blob.key) }, SEARCHED_BYTES, files);
  } catch (error) {
    if (error instanceof BlobMissing || error instanceof BlobDamaged) return { missing: true };
    return { failed: (error as Error).message };
  }
  return outcomeOf(() => bodyWords(...searchTexts({ raw, maxBytes })).bytes);
}

export async function reactionReading({ blob, maxBytes }: ReactionTask): Promise<ReactionOutcome> {
  let raw: Buffer;
  try {
    raw = await OpenFiles.during((files) => readBeginning({ ...blob, key: Buffer.from(blob.key) }, maxBytes, files));
  } catch (error) {
    if (error instanceof BlobMissing || error instanceof BlobDamaged) return { missing: true };
    return { failed: (error as Error).message };
  }
  return outcomeOf(() => ({
    report: readDeliveryReport(raw),
    fields: replyFieldsOf(readHeaders(raw, 0, raw.length).headers),
  }));
}

/** From the plain text or the HTML, whichever has more of the needles. */
export async function extractOfBlob({
  blob,
  needles,
  maxBytes,
}: {
  blob: SealedBlob;
  needles: Needle[];
  maxBytes: number;
}): Promise<Outcome<Piece[]>> {
  return outcomeOf(async () => {
    const sealed = { ...blob, key: Buffer.from(blob.key) };
    const raw = await OpenFiles.during((files) => readBeginning(sealed, maxBytes, files));
    const [first, second] = searchTexts({ raw, maxBytes }).map((text) => extractOf(text.replace(/\s+/g, ' '), needles));
    return second!.found.length > first!.found.length ? second!.pieces : first!.pieces;
  });
}

/** Cuts to `maxBytes` octets of UTF-8, without half a character at the end. */
function withinBytes(text: string, maxBytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= maxBytes) return text;
  return new TextDecoder().decode(encoded.subarray(0, maxBytes), { stream: true });
}
