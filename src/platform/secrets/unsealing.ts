import { HelperThreads } from '../helper-threads.js';

/** A text under a data key. */
export interface SealedText {
  key: { id: string; wrapped: Buffer };
  /** base64 */
  sealed: string;
  /** the same text as at sealing; a seal with another context does not open */
  context: string;
}

/** Many sealed texts as arrays of strings, the form that is cloned to a thread fastest. */
export interface UnsealingTask {
  wrapping: Uint8Array;
  ids: string[];
  /** bytes as latin1 */
  wrapped: string[];
  sealed: string[];
  contexts: string[];
}

const TIME_LIMIT_MS = 30_000;

// One thread is enough: a caller spends more time on the opened texts than the thread spends on opening them.
const threads = new HelperThreads('unsealing', new URL('./unsealing-worker.js', import.meta.url), TIME_LIMIT_MS, {
  maxThreads: 1,
  idleTimeout: 5000,
});

/**
 * Opens many texts in another thread. The result is null for a text that does not open, and for all texts if the thread
 * fails. A caller learns the reason by opening the text again with `unseal`, outside this thread.
 * @param wrapping the key that wraps the data keys
 */
export async function unsealInThread(wrapping: Buffer, texts: readonly SealedText[]): Promise<(string | null)[]> {
  const task: UnsealingTask = {
    wrapping: new Uint8Array(wrapping),
    ids: texts.map(({ key }) => key.id),
    wrapped: texts.map(({ key }) => key.wrapped.toString('latin1')),
    sealed: texts.map(({ sealed }) => sealed),
    contexts: texts.map(({ context }) => context),
  };
  return threads.run<(string | null)[]>('unsealAll', task).catch(() => texts.map(() => null));
}
