import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import type { DescribedMessage } from '../servers/imap.js';
import type { Address } from './addresses.js';
import type { Attachment } from './attachments.js';
import type { Needle, Piece } from './extract.js';
import { type MessageHead, unreadableHead } from './message-head.js';
import { partLimits, type PartLimits } from './mime-parts.js';
import type { Protection } from './protection.js';
import { readers, unlessAtFault } from './reading-threads.js';

export interface OpenLimits extends PartLimits {
  /** of a longer message only the beginning of its text is read, and no attachment */
  bytes: number;
}

/** How a page shows the HTML of a message: made safe, with its images from these addresses. */
export interface ShownHtml {
  /** true: shows remote images; their loading tells the sender that somebody reads the mail */
  images: boolean;
  /** URL of the attachments of the message; `/<index>` follows */
  attachmentsUrl: string;
}

export interface Opening extends Partial<OpenLimits> {
  /** absent: the HTML stays as the sender wrote it, which no page may show */
  shown?: ShownHtml;
  /** id of the caller: the openings of one caller do not keep others waiting */
  caller?: string;
  timeMs?: number;
}

export type OpenedAttachment = Attachment & { content: Uint8Array };

export interface OpenedMessage {
  html: string | null;
  text: string | null;
  attachments: OpenedAttachment[];
  /** of the header Bcc, which only drafts and copies of sent messages have */
  bcc: Address[];
  /** Files that others stand for, such as a winmail.dat: they can be downloaded by their index. */
  unlisted: OpenedAttachment[];
  protection: Protection;
  /** true: `html` was made safe, and would load images from other servers with `images` */
  imagesRemoved: boolean;
  /** false: over a limit, so text may be cut and attachments are missing */
  complete: boolean;
  /** false: the bytes cannot be parsed within the limits; pages offer the raw message */
  parsed: boolean;
}

const NOTHING: OpenedMessage = {
  html: null,
  text: null,
  attachments: [],
  bcc: [],
  unlisted: [],
  protection: null,
  imagesRemoved: false,
  complete: false,
  parsed: false,
};

const openLimits: OpenLimits = { ...partLimits, bytes: 50 * 1024 * 1024 };
const EXTRACT_BYTES = 512 * 1024;

/** Result of a task: threads return errors of a message as values. */
export type Outcome<T> = { value: T } | { unreadable: string };

/**
 * Parses the whole message in a worker thread, within 10 s, and makes its HTML safe to show there. HTML that cannot be
 * made safe within the limits becomes text. A message that cannot be parsed within the limits gives `parsed: false`.
 * @throws Refused of kind `unavailable` while no thread works
 */
export async function openMessage(
  raw: Buffer,
  { shown, caller, timeMs, ...bounds }: Opening = {},
): Promise<OpenedMessage> {
  const attempt = (textOnly: boolean) => {
    // Copies, because the worker takes the memory over, and a Buffer may share its memory with other Buffers.
    const bytes = new Uint8Array(raw);
    const task: OpenTask = { raw: bytes, limits: { ...openLimits, ...bounds }, shown, textOnly };
    const options = { transferList: [bytes.buffer], ...(timeMs !== undefined && { timeMs }), lane: caller ?? '' };
    return unlessAtFault(readers.run<Outcome<OpenedMessage>>('open', task, options));
  };
  let opened = await attempt(false);
  if ('atFault' in opened && shown) opened = await attempt(true);
  return 'value' in opened ? opened.value : structuredClone(NOTHING);
}

/** A message to read the head of; `described`: `raw` is its beginning, and the server describes the rest. */
export interface HeadWanted {
  raw: Buffer;
  described?: Pick<DescribedMessage, 'envelope' | 'structure'>;
}

export interface ReadHead {
  head: MessageHead;
  /** `BodyHash`; null unless the whole message was read */
  bodyHash: string | null;
}

/**
 * Reads the heads of messages in a worker thread. A head that cannot be read within the limits is that of
 * unreadable bytes; the others are read without its message.
 * @param lane of the fair queue: the account
 * @throws Refused of kind `unavailable` while no thread works
 */
export async function readHeads(wanted: readonly HeadWanted[], lane: string): Promise<ReadHead[]> {
  const outcome = await unlessAtFault(readers.run<ReadHead[]>('heads', ...headsTask(wanted, lane)));
  if (!('atFault' in outcome)) return outcome;
  if (wanted.length === 1) return [{ head: unreadableHead(), bodyHash: null }];
  const read: ReadHead[] = [];
  for (const one of wanted) read.push(...(await readHeads([one], lane)));
  return read;
}

/** One copy of all bytes, which moves to the thread: a Buffer may share its memory with other Buffers. */
function headsTask(
  wanted: readonly HeadWanted[],
  lane: string,
): [HeadsTask, { transferList: ArrayBuffer[]; lane: string }] {
  // Not from the pool of small Buffers, and without zeros.
  const { buffer: bytes } = Buffer.allocUnsafeSlow(wanted.reduce((sum, { raw }) => sum + raw.length, 0));
  let end = 0;
  const messages = wanted.map(({ raw, described }) => {
    const at = end;
    new Uint8Array(bytes, at, raw.length).set(raw);
    end += raw.length;
    const { envelope, structure } = described ?? {};
    return { at, size: raw.length, ...(described && { described: { envelope, structure } as typeof described }) };
  });
  return [
    { bytes, messages },
    { transferList: [bytes], lane },
  ];
}

/**
 * A short extract of the text of a message with the needles, from the first 512 KiB; empty if the text cannot be read
 * within the limits or has none of them.
 * @throws Refused of kind `unavailable` while no thread works
 */
export async function extractOfBlob(
  blob: SealedBlob,
  needles: readonly Needle[],
  { caller, timeMs }: { caller: string; timeMs: number },
): Promise<Piece[]> {
  const task = { blob, needles, maxBytes: EXTRACT_BYTES };
  const outcome = await unlessAtFault(readers.run<Outcome<Piece[]>>('extractOfBlob', task, { lane: caller, timeMs }));
  return 'value' in outcome ? outcome.value : [];
}

/** Ends the worker threads. Idle threads also end by themselves and keep no process alive. */
export const closeMessageWorkers = (): Promise<void> => readers.close();

export interface HeadsTask {
  bytes: ArrayBuffer;
  messages: { at: number; size: number; described?: NonNullable<HeadWanted['described']> }[];
}

export interface OpenTask {
  raw: Uint8Array;
  limits: OpenLimits;
  shown?: ShownHtml | undefined;
  /** true: text instead of the HTML */
  textOnly: boolean;
}
