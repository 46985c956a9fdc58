import type { Piscina } from 'piscina';
import { threadsOf } from '../threads.js';

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

const IDLE_MS = 5000;

let thread: Piscina | undefined;

/**
 * Opens many texts in another thread. The result is null for a text that does not open, and for all texts if the thread
 * fails. A caller learns the reason by opening the text again with `unseal`, outside this thread.
 * @param wrapping the key that wraps the data keys
 */
export async function unsealInThread(wrapping: Buffer, texts: readonly SealedText[]): Promise<(string | null)[]> {
  // One thread is enough: a caller spends more time on the opened texts than the thread spends on opening them.
  thread ??= threadsOf(new URL('./unsealing-worker.js', import.meta.url), { maxThreads: 1, idleTimeout: IDLE_MS });
  const task: UnsealingTask = {
    wrapping: new Uint8Array(wrapping),
    ids: texts.map(({ key }) => key.id),
    wrapped: texts.map(({ key }) => key.wrapped.toString('latin1')),
    sealed: texts.map(({ sealed }) => sealed),
    contexts: texts.map(({ context }) => context),
  };
  const opened = thread.run(task, { name: 'unsealAll' }) as Promise<(string | null)[]>;
  return opened.catch(() => texts.map(() => null));
}
