import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Position } from '../log/event-store.js';
import { START } from '../log/event-store.js';
import { CheckpointBatching } from './checkpoint-batching.js';
import { type CheckpointRow, CheckpointTable } from './checkpoint-table.js';

interface Waiter {
  /** followers before the position */
  missing: Set<string>;
  position: Position;
  done: (reached: boolean) => void;
}

interface FollowerState extends CheckpointRow {
  /** failed attempts of this process since the last success; null: none */
  retry: Retry | null;
}

interface Retry {
  /** of the last failure */
  reason: string;
  since: Date;
}

/** Period of the queries for followers of other processes: the delay that a waiting command can see. */
const POLL_MS = 10;

/**
 * Checkpoints of all followers. Progress of this process's followers is in memory, so waiting for one takes no query;
 * for followers of other processes the table is polled.
 */
export class Checkpoints extends CheckpointTable {
  private readonly reachedHere = new Map<string, Position>();
  private readonly waiters = new Set<Waiter>();
  private readonly resting = new Map<string, AbortController>();
  private readonly retries = new Map<string, Retry>();
  private readonly batching: CheckpointBatching;
  private polling: Promise<void> | undefined;

  constructor(pool: pg.Pool, logId: string) {
    super(pool, logId);
    this.batching = new CheckpointBatching((advances) => this.moveAll(advances));
  }

  /**
   * Position of a follower that starts in this process; then come calls of `settled` and `advance`, at last `leave`.
   */
  async take(name: string): Promise<Position> {
    const position = await this.begin(name);
    this.batching.standsAt(name, position);
    this.reached(name, position);
    return position;
  }

  /**
   * Stored position, for a follower that handles facts and advances its checkpoint itself: nothing else advances it
   * until the next `advance`. Undefined if another process has advanced it. @throws the failure of an earlier advance
   */
  settled(name: string): Promise<Position | undefined> {
    return this.batching.settled(name);
  }

  /**
   * Records progress up to `to`; unless the follower has `stored` it itself, the table follows within a moment.
   * False if another process has advanced the checkpoint. @throws the failure of an earlier advance
   */
  advance(name: string, to: Position, atHead: boolean, stored?: Position): boolean {
    if (stored !== undefined) this.batching.standsAt(name, stored);
    if (stored !== to && !this.batching.pass(name, to, atHead)) return false;
    this.reached(name, to);
    this.retries.delete(name);
    return true;
  }

  /** Shows in `list` that the follower failed here and tries again, until it advances. */
  retriesAfter(name: string, reason: string): void {
    this.retries.set(name, { reason, since: this.retries.get(name)?.since ?? new Date() });
  }

  /** The follower stopped in this process; another process may take over. */
  async leave(name: string): Promise<void> {
    this.reachedHere.delete(name);
    this.pollForOthers();
    await this.batching.left(name);
  }

  /** In memory only: completes waits. */
  reached(name: string, position: Position): void {
    this.reachedHere.set(name, position);
    this.notify(name, position);
  }

  override async list(): Promise<FollowerState[]> {
    return (await super.list()).map((row) => ({
      ...row,
      position: highest(this.reachedHere.get(row.name) ?? START, row.position),
      retry: this.retries.get(row.name) ?? null,
    }));
  }

  /** Lowest position of these followers. */
  async position(names: readonly string[]): Promise<Position> {
    const here = names.map((name) => this.reachedHere.get(name));
    if (here.every((position) => position !== undefined)) return lowest(here);
    const stored = await this.stored(names);
    return lowest(names.map((name, index) => highest(here[index] ?? START, stored.get(name) ?? START)));
  }

  /** True once all of these followers have reached `position`, false after `ms`. */
  async waitFor(names: readonly string[], position: Position, ms: number): Promise<boolean> {
    const missing = new Set(names.filter((name) => !this.isHere(name, position)));
    if (missing.size === 0) return true;
    if (this.elsewhere(missing).length > 0) {
      const stored = await this.stored([...missing]);
      for (const name of missing)
        if (this.isHere(name, position) || (stored.get(name) ?? START) >= position) missing.delete(name);
      if (missing.size === 0) return true;
    }
    return new Promise((resolve) => {
      const done = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(reached);
      };
      const timer = setTimeout(done, ms, false);
      const waiter = { missing, position, done };
      this.waiters.add(waiter);
      for (const name of missing) this.resting.get(name)?.abort();
      this.pollForOthers();
    });
  }

  /** Resolves after `ms`, or as soon as a caller waits for this follower. @throws AbortError when `signal` aborts */
  async whenAwaited(name: string, ms: number, signal: AbortSignal): Promise<void> {
    if ([...this.waiters].some(({ missing }) => missing.has(name))) return;
    const awaited = new AbortController();
    this.resting.set(name, awaited);
    try {
      await pause(ms, undefined, { signal: AbortSignal.any([signal, awaited.signal]) });
    } catch (error) {
      if (!awaited.signal.aborted) throw error;
    } finally {
      this.resting.delete(name);
    }
  }

  private isHere(name: string, position: Position): boolean {
    return (this.reachedHere.get(name) ?? START) >= position;
  }

  private elsewhere(names: Iterable<string>): string[] {
    return [...names].filter((name) => !this.reachedHere.has(name));
  }

  private notify(name: string, position: Position): void {
    for (const waiter of this.waiters)
      if (waiter.position <= position && waiter.missing.delete(name) && waiter.missing.size === 0) waiter.done(true);
  }

  private pollForOthers(): void {
    if (!this.polling && this.awaitedElsewhere().size > 0) this.polling = this.poll();
  }

  /** One query for all waiters, repeated while one of them waits for a follower of another process. */
  private async poll(): Promise<void> {
    for (let names = this.awaitedElsewhere(); names.size > 0; names = this.awaitedElsewhere()) {
      await pause(POLL_MS);
      const stored = await this.stored([...names]).catch(() => new Map<string, Position>());
      for (const [name, position] of stored) this.notify(name, position);
    }
    this.polling = undefined;
  }

  private awaitedElsewhere(): Set<string> {
    return new Set([...this.waiters].flatMap(({ missing }) => this.elsewhere(missing)));
  }
}

const highest = (a: Position, b: Position): Position => (a > b ? a : b);
const lowest = (positions: readonly Position[]): Position => positions.reduce((low, each) => (each < low ? each : low));
