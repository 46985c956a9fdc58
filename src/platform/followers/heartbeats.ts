import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

const LOOK_EVERY_MS = 1000;

interface Beat {
  /** as stored; compared with those of the look before, never with a clock */
  position: string;
  atHead: string | null;
  /** in `performance.now()` of this process: the checkpoint was written later than that */
  writtenAfter: number;
  /** the follower was at the head of the log later than that */
  atHeadAfter: number;
}

/**
 * Signs of life of all followers, in whichever process they run. A follower at the head writes its checkpoint about
 * once a second. Each process looks for changes, and measures their age by its own monotonic clock: the clocks of the
 * machines and of the database may be set at any time, and need not agree.
 */
export class Heartbeats {
  private readonly beats = new Map<string, Beat>();
  private readonly stopping = new AbortController();
  private readonly openedAt = performance.now();
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly logId: string,
  ) {}

  /** Resolves after the first look. Looks about once a second, until `stop`. */
  async start(): Promise<void> {
    await this.look();
    this.running ??= this.keepLooking();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Whether the follower was at the head of the log within the last `ms`. False is possible one look too early. */
  wasAtHead(name: string, ms: number): boolean {
    return performance.now() - (this.beats.get(name)?.atHeadAfter ?? -Infinity) < ms;
  }

  /** Time since the checkpoint was last written, or since this process began to look; up to one look too long. */
  silentMs(name: string): number {
    return performance.now() - (this.beats.get(name)?.writtenAfter ?? this.openedAt);
  }

  /** Time since the database last answered here. */
  unansweredMs(): number {
    return performance.now() - Math.max(this.lookedAt, this.openedAt);
  }

  look(): Promise<void> {
    return (this.looking ??= this.lookNow().finally(() => (this.looking = undefined)));
  }

  /** A change since the look before was written after that look, so no age is taken for lower than it is. */
  private async lookNow(): Promise<void> {
    const before = this.lookedAt;
    const now = performance.now();
    const { rows } = await this.pool.query<{ name: string; position: string; atHead: string | null }>({
      name: 'heartbeats',
      text: 'select name, position, at_head::text as "atHead" from checkpoints where log = $1',
      values: [this.logId],
    });
    this.lookedAt = now;
    for (const { name, position, atHead } of rows) {
      const last = this.beats.get(name);
      const isBeat = atHead !== (last?.atHead ?? null);
      const isWritten = isBeat || position !== last?.position;
      this.beats.set(name, {
        position,
        atHead,
        writtenAfter: isWritten ? Math.max(before, this.openedAt) : last.writtenAfter,
        atHeadAfter: isBeat && atHead !== null ? before : (last?.atHeadAfter ?? -Infinity),
      });
    }
  }

  private async keepLooking(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.look().catch(() => undefined); // meanwhile the ages grow
    }
  }
}
