import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Piscina } from 'piscina';
import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { threadsOf } from '../../platform/threads.js';
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

/** Parses the whole message in a worker thread, within 10 s. Never throws. */
export async function openMessage(
  raw: Buffer,
  limits: Partial<OpenLimits> & { timeMs?: number } = {},
): Promise<OpenedMessage> {
  const { timeMs, ...bounds } = limits;
  const opened = await inWorker<OpenedMessage>('open', { limits: { ...openLimits, ...bounds } }, { raw, timeMs });
  return opened ?? { html: null, text: null, attachments: [], complete: false, parsed: false };
}

/** The plain text by which search finds a message: at most 64 KiB of UTF-8, possibly empty. Never throws. */
export async function searchText(raw: Buffer): Promise<string> {
  return (await inWorker<string>('searchText', { maxBytes: SEARCH_BYTES }, { raw })) ?? '';
}

/**
 * Like `searchText`, for a message in the blob store; the worker thread reads it. Empty for a damaged message.
 * @throws Error when the blob store does not answer
 */
export async function searchTextOfBlob(blob: SealedBlob): Promise<string> {
  const found = await inWorker<string | { failed: string }>('searchTextOfBlob', { blob, maxBytes: SEARCH_BYTES });
  if (found !== null && typeof found !== 'string') throw new Error(found.failed);
  return found ?? '';
}

/** Ends the worker threads. Idle threads also end by themselves and keep no process alive. */
export async function closeMessageWorkers(): Promise<void> {
  const running = workers;
  workers = undefined;
  await running?.destroy();
}

let workers: Piscina | undefined;
const threads = Math.max(1, availableParallelism() - 1);
/** Tasks wait in this queue and not in the pool, so that the time limit covers only the work. */
const queue = pLimit(threads);

/** Null when the task fails or exceeds its time or memory; its thread ends in that case. */
function inWorker<R>(
  name: string,
  task: object,
  { raw, timeMs }: { raw?: Buffer; timeMs?: number | undefined } = {},
): Promise<R | null> {
  return queue(async () => {
    // Copies, because the worker takes the memory over, and a Buffer may share its memory with other Buffers.
    const bytes = raw && new Uint8Array(raw);
    const options = {
      name,
      transferList: bytes ? [bytes.buffer] : [],
      signal: AbortSignal.timeout(timeMs ?? TIME_LIMIT_MS),
    };
    const running = (workers ??= startWorkers()).run({ ...task, raw: bytes }, options) as Promise<R>;
    return running.catch(() => null);
  });
}

function startWorkers(): Piscina {
  return threadsOf(new URL('./message-worker.js', import.meta.url), {
    maxThreads: threads,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
}
