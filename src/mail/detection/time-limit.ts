import { setMaxListeners } from 'node:events';

/** An AbortController without Node's limit of listeners: many sources, requests and connections share its signal. */
export function abortsMany(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/**
 * A signal that aborts with `signal`, or after `ms`. The timer keeps its controller alive; with `AbortSignal.any`
 * Node 20 may collect the source signals as garbage too early.
 */
export function limited(signal: AbortSignal, ms: number): AbortSignal {
  const limit = abortsMany();
  const timer = setTimeout(() => limit.abort(new Error(`not finished within ${ms} ms`)), ms).unref();
  const giveUp = (): void => {
    clearTimeout(timer);
    limit.abort(signal.reason);
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
  return limit.signal;
}

/** The result of `work`; `otherwise` when it fails, takes longer than `ms`, or `signal` aborts. */
export function within<T>(ms: number, signal: AbortSignal, work: Promise<T>, otherwise: T): Promise<T> {
  const limit = limited(signal, ms);
  return new Promise((resolve) => {
    if (limit.aborted) resolve(otherwise);
    limit.addEventListener('abort', () => resolve(otherwise), { once: true });
    work.then(resolve, () => resolve(otherwise));
  });
}
