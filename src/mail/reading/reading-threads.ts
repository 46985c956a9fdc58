import { availableParallelism } from 'node:os';
import { HelperThreads, TaskAtFault } from '../../platform/helper-threads.js';

const TIME_LIMIT_MS = 10_000;

/** Threads with the tasks of `message-worker.ts`. */
export const readers = new HelperThreads(
  'reading messages',
  new URL('./message-worker.js', import.meta.url),
  TIME_LIMIT_MS,
  {
    // Two at least: one is left for other callers while a message of one caller takes long.
    maxThreads: Math.max(2, availableParallelism() - 1),
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  },
);

export async function unlessAtFault<R>(running: Promise<R>): Promise<R | { unreadable: string; atFault: true }> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof TaskAtFault) return { unreadable: error.message, atFault: true };
    throw error;
  }
}
