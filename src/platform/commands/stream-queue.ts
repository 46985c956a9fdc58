import { setTimeout as pause } from 'node:timers/promises';

/** Decisions of this process on one stream run one after the other, in the order of their calls. */
export class StreamQueue {
  private readonly last = new Map<string, Promise<void>>();

  /** @param longestMs maximum wait, so that one stuck decision cannot block the queue */
  constructor(private readonly longestMs: number) {}

  async run<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(stream);
    const mine = before ? this.waitFor(before).then(work) : work();
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(stream, ended);
    try {
      return await mine;
    } finally {
      if (this.last.get(stream) === ended) this.last.delete(stream);
    }
  }

  private async waitFor(before: Promise<void>): Promise<void> {
    const enough = new AbortController();
    const limit = pause(this.longestMs, undefined, { signal: enough.signal, ref: false }).catch(() => undefined);
    await Promise.race([before, limit]);
    enough.abort();
  }
}
