import { setTimeout as pause } from 'node:timers/promises';

/** Pauses of an endless loop: each twice as long as the one before, until a success resets them. */
export class Backoff {
  private next: number;

  /** @param firstMs first pause @param longestMs longest pause */
  constructor(
    private readonly firstMs: number,
    private readonly longestMs: number,
  ) {
    this.next = firstMs;
  }

  reset(): void {
    this.next = this.firstMs;
  }

  /** Resolves early when `signal` aborts. Keeps no process alive. */
  async pause(signal: AbortSignal): Promise<void> {
    const ms = this.next;
    this.next = Math.min(2 * ms, this.longestMs);
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
