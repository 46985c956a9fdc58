import { availableParallelism } from 'node:os';
import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { Refused } from '../../platform/domain.js';
import { HelperThreads, TaskAtFault } from '../../platform/helper-threads.js';
import type { Attachment } from './attachments.js';
import { partLimits, type PartLimits } from './mime-parts.js';

export interface OpenLimits extends PartLimits {
  /** of a longer message only the beginning of its text is read, and no attachment */
  bytes: number;
}

export interface OpenedMessage {
  /** as the sender wrote it: pages show it only after `safeHtml` */
  html: string | null;
  text: string | null;
  attachments: (Attachment & { content: Uint8Array })[];
  /** false: over a limit, so text may be cut and attachments are missing */
  complete: boolean;
  /** false: the bytes cannot be parsed within the limits; pages offer the raw message */
  parsed: boolean;
}

const openLimits: OpenLimits = { ...partLimits, bytes: 50 * 1024 * 1024 };
const SEARCH_BYTES = 64 * 1024;
const TIME_LIMIT_MS = 10_000;

/** `missing`: the blob is missing or damaged. `unreadable`: no thread can read the message within the limits. */
export type SearchText = { text: string; state: 'read' } | { text: ''; state: 'missing' | 'unreadable' };

/** Result of a task: threads return errors of a message as values. */
export type Outcome<T> = { value: T } | { unreadable: string };

/**
 * Parses the whole message in a worker thread, within 10 s. A message that cannot be parsed within the limits gives
 * `parsed: false`.
 * @throws Refused of kind `unavailable` while no thread works
 */
export async function openMessage(
  raw: Buffer,
  limits: Partial<OpenLimits> & { timeMs?: number } = {},
): Promise<OpenedMessage> {
  const { timeMs, ...bounds } = limits;
  // Copies, because the worker takes the memory over, and a Buffer may share its memory with other Buffers.
  const bytes = new Uint8Array(raw);
  const task = { raw: bytes, limits: { ...openLimits, ...bounds } };
  const options = { transferList: [bytes.buffer], ...(timeMs === undefined ? {} : { timeMs }) };
  const opened = await unlessAtFault(readers.run<Outcome<OpenedMessage>>('open', task, options));
  return 'value' in opened ? opened.value : { html: null, text: null, attachments: [], complete: false, parsed: false };
}

/**
 * The plain text by which search finds a message: at most 64 KiB of UTF-8, possibly empty. The worker thread reads the
 * blob. A message that a thread could not read is tried a second time, in a new thread.
 * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
 */
export async function searchTextOfBlob(blob: SealedBlob): Promise<SearchText> {
  const read = () => unlessAtFault(readers.run<BlobOutcome>('searchTextOfBlob', { blob, maxBytes: SEARCH_BYTES }));
  let outcome = await read();
  if ('atFault' in outcome) outcome = await read();
  if ('failed' in outcome) throw new Refused('blob-store-fails', 'unavailable', outcome.failed);
  if ('missing' in outcome) return { text: '', state: 'missing' };
  return 'value' in outcome ? { text: outcome.value, state: 'read' } : { text: '', state: 'unreadable' };
}

/** Ends the worker threads. Idle threads also end by themselves and keep no process alive. */
export const closeMessageWorkers = (): Promise<void> => readers.close();

/** `failed`: the blob store does not answer. */
export type BlobOutcome = Outcome<string> | { missing: true } | { failed: string };

const readers = new HelperThreads('reading messages', new URL('./message-worker.js', import.meta.url), TIME_LIMIT_MS, {
  maxThreads: Math.max(1, availableParallelism() - 1),
  idleTimeout: 30_000,
  resourceLimits: { maxOldGenerationSizeMb: 512 },
});

async function unlessAtFault<R>(running: Promise<R>): Promise<R | { unreadable: string; atFault: true }> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof TaskAtFault) return { unreadable: error.message, atFault: true };
    throw error;
  }
}
