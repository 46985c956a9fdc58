import type { Piscina } from 'piscina';
import { threadsOf } from '../threads.js';

/** A text under a data key. */
export interface SealedText {
  key: { id: string; wrapped: Buffer };
  /** base64 */
  sealed: string;
  /** what it is bound to */
  context: string;
}

/** The same of many, in the form that crosses to a thread quickest: texts. */
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
 * Opens many texts in a thread of its own. What cannot be opened, all of them where the thread fails, is null: who opens such a
 * one himself hears why.
 * @param wrapping the key by which the data keys are wrapped
 */
export async function unsealInThread(wrapping: Buffer, texts: readonly SealedText[]): Promise<(string | null)[]> {
  // One is enough: whoever works with what it opens is busy for longer.
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
