import { setMaxListeners } from 'node:events';

/** What can be aborted by it may be as much as there is: sources, pages and servers. */
export function abortsMany(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/**
 * Aborted with `signal`, or when that many ms are over. Timers hold what they abort: sources of `AbortSignal.any` may be collected
 * before their time (Node 20).
 */
export function limited(signal: AbortSignal, ms: number): AbortSignal {
  const limit = abortsMany();
  const timer = setTimeout(() => limit.abort(new Error(`not done within ${ms} ms`)), ms).unref();
  const giveUp = (): void => {
    clearTimeout(timer);
    limit.abort(signal.reason);
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  return limit.signal;
}

/** What it answers in time, else what stands in for it: a source that fails has nothing to say. */
export function within<T>(ms: number, signal: AbortSignal, work: Promise<T>, otherwise: T): Promise<T> {
  const limit = limited(signal, ms);
  return new Promise((resolve) => {
    if (limit.aborted) resolve(otherwise);
    limit.addEventListener('abort', () => resolve(otherwise), { once: true });
    work.then(resolve, () => resolve(otherwise));
  });
}
