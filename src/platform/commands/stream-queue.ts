import { setTimeout as pause } from 'node:timers/promises';

/** Those of this process who want the same thing at the same moment have it one after the other, in the order in which they came. */
export class StreamQueue {
  private readonly last = new Map<string, Promise<void>>();

  /** @param longestMs to wait for one's turn: who hangs before does not hold up all who come after */
  constructor(private readonly longestMs: number) {}

  async take<T>(what: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(what);
    const mine = before ? this.waited(before).then(work) : work();
    const over = mine.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(what, over);
    try {
      return await mine;
    } finally {
      if (this.last.get(what) === over) this.last.delete(what);
    }
  }

  private async waited(before: Promise<void>): Promise<void> {
    const enough = new AbortController();
    const waited = pause(this.longestMs, undefined, { signal: enough.signal, ref: false }).catch(() => undefined);
    await Promise.race([before, waited]);
    enough.abort();
  }
}
