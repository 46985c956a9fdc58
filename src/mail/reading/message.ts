import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Piscina } from 'piscina';
import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { threadsOf } from '../../platform/threads.js';
import type { Attachment } from './attachments.js';
import { partLimits, type PartLimits } from './mime-parts.js';

export interface OpenLimits extends PartLimits {
  /** a longer message is not opened: its text comes from its beginning, its attachments stay closed */
  bytes: number;
}

export interface OpenedMessage {
  /** as the sender wrote it: never shown but through `safeHtml` */
  html: string | null;
  text: string | null;
  attachments: (Attachment & { content: Uint8Array })[];
  /** false: over a limit, so that text may be cut and attachments are not there */
  complete: boolean;
  /** false: cannot be read within the limits; it is shown raw */
  parsed: boolean;
}

const openLimits: OpenLimits = { ...partLimits, bytes: 50 * 1024 * 1024 };
const SEARCH_BYTES = 64 * 1024;
const TIME_LIMIT_MS = 10_000;

/** Opens the whole message off the main thread, within 10 s. Never throws. */
export async function openMessage(
  raw: Buffer,
  limits: Partial<OpenLimits> & { timeMs?: number } = {},
): Promise<OpenedMessage> {
  const { timeMs, ...bounds } = limits;
  const opened = await inWorker<OpenedMessage>('open', { limits: { ...openLimits, ...bounds } }, { raw, timeMs });
  return opened ?? { html: null, text: null, attachments: [], complete: false, parsed: false };
}

/** The plain text by which a message is found: at most 64 KiB of UTF-8; empty when there is none. Never throws. */
export async function searchText(raw: Buffer): Promise<string> {
  return (await inWorker<string>('searchText', { maxBytes: SEARCH_BYTES }, { raw })) ?? '';
}

/** The same of a message in the blob store, which the worker reads. Empty when it is damaged. @throws Error when it cannot be read */
export async function searchTextOfBlob(blob: SealedBlob): Promise<string> {
  const found = await inWorker<string | { failed: string }>('searchTextOfBlob', { blob, maxBytes: SEARCH_BYTES });
  if (found !== null && typeof found !== 'string') throw new Error(found.failed);
  return found ?? '';
}

/** Ends the worker threads; idle ones end by themselves and keep no process alive. */
export async function closeMessageWorkers(): Promise<void> {
  const running = workers;
  workers = undefined;
  await running?.destroy();
}

let workers: Piscina | undefined;
const threads = Math.max(1, availableParallelism() - 1);
/** Tasks wait here and not in the pool, so that the time limit counts only their own time. */
const turns = pLimit(threads);

/** A task that fails, runs out of time or memory ends with its thread, and answers null. */
function inWorker<R>(
  name: string,
  task: object,
  { raw, timeMs }: { raw?: Buffer; timeMs?: number | undefined } = {},
): Promise<R | null> {
  return turns(async () => {
    // A copy of its own: a Buffer may be a window on memory that others use, and the worker takes the memory over.
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
