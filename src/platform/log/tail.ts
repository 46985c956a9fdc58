import { Backoff } from './backoff.js';
import { type Batch, type FollowOptions, type Position, type StoredFact, StoreUnavailable } from './event-store.js';

/** Maximum number of cached facts; `FactLog` may keep an opened copy of each. */
const MAX_FACTS = 1000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
/** A tail that was at the head of the log this long ago counts as being there: meanwhile other facts arrive. */
const AT_HEAD_MS = 2000;
/** Lag from which on an urgent follower reads the log by itself, and the period of its reads. */
const LAG_MS = 1000;

/** Reads of the whole log that an engine offers. Both generators end early when `signal` aborts. */
export interface LogReader {
  /** Position of the last fact; `START` if the log is empty. @throws StoreUnavailable */
  head(): Promise<Position>;
  /**
   * Facts after `after` up to the head at the time of the call; the last batch has `atHead: true`. The reader sets the
   * pace. @throws StoreUnavailable
   */
  catchUp(after: Position, options: FollowOptions): AsyncIterable<Batch>;
  /**
   * Facts after `after` as they are appended. About once a second, and with a batch or without facts, it is at the
   * head. Ends if the server stops it because the reader was too slow. @throws StoreUnavailable
   */
  subscribe(after: Position, signal: AbortSignal): AsyncIterable<Batch>;
}

/**
 * The newest facts for all followers of this process, over one subscription: without it, each of some twenty followers
 * would read and parse every fact. A follower that is behind the cache catches up by reads of its own types. Starts
 * with the first follower.
 */
export class Tail {
  private facts: StoredFact[] = [];
  /** the cache has all facts after `from` up to `to` */
  private from: Position | undefined;
  private to: Position | undefined;
  /** last time at the head, in `performance.now()`; the number of such times */
  private headAt = -Infinity;
  private beats = 0;
  private running: Promise<void> | undefined;
  private failure: { error: unknown } | undefined;
  private readonly stopping = new AbortController();
  private readonly waiters = new Set<() => void>();

  constructor(private readonly log: LogReader) {}

  /** The contract of `EventStore.follow`. */
  async *follow(after: Position, options: FollowOptions): AsyncGenerator<Batch, void, undefined> {
    let position = after;
    this.running ??= this.run();
    while (!options.signal.aborted) {
      for await (const batch of this.toHead(position, options)) {
        ({ position } = batch);
        yield batch;
      }
      for await (const batch of this.fromCache(position, options)) {
        ({ position } = batch);
        yield batch;
      }
    }
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Reads of one follower up to the head, with pauses during an outage. */
  private async *toHead(after: Position, options: FollowOptions): AsyncGenerator<Batch, void, undefined> {
    const { signal } = options;
    const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    let position = after;
    while (!signal.aborted) {
      try {
        for await (const batch of this.log.catchUp(position, options)) {
          backoff.reset();
          ({ position } = batch);
          yield batch;
          if (signal.aborted) return;
        }
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await backoff.pause(signal);
      }
    }
  }

  /** Facts of the cache; ends when it lacks the next ones, or when an urgent follower should read by itself. */
  private async *fromCache(after: Position, options: FollowOptions): AsyncGenerator<Batch, void, undefined> {
    const { signal, types, batchSize = 1000, urgent = false } = options;
    const wanted = types && new Set(types);
    const began = performance.now();
    let position = after;
    let beat = this.beats;
    while (!signal.aborted) {
      if (this.failure) throw this.failure.error;
      if (urgent && this.lags() && performance.now() - began > LAG_MS) return;
      if (this.from !== undefined && position < this.from) return;
      const batch = this.after(position, wanted, batchSize);
      const isNews = batch !== undefined && (batch.position > position || (batch.atHead && beat !== this.beats));
      beat = this.beats;
      if (isNews) {
        ({ position } = batch);
        yield batch;
      } else await this.change(signal, urgent ? LAG_MS : undefined);
    }
  }

  private lags(): boolean {
    return performance.now() - this.headAt > LAG_MS;
  }

  /** Cached facts after `position`; undefined before the tail has begun. */
  private after(position: Position, types: ReadonlySet<string> | undefined, limit: number): Batch | undefined {
    const { to } = this;
    if (to === undefined) return undefined;
    const facts: StoredFact[] = [];
    let index = this.firstAfter(position);
    for (; index < this.facts.length && facts.length < limit; index++) {
      const fact = this.facts[index]!;
      if (types === undefined || types.has(fact.type)) facts.push(fact);
    }
    const reached = index < this.facts.length ? facts.at(-1)!.position : to > position ? to : position;
    return { facts, position: reached, atHead: reached >= to && performance.now() - this.headAt < AT_HEAD_MS };
  }

  private firstAfter(position: Position): number {
    let low = 0;
    let high = this.facts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.facts[middle]!.position > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    while (!signal.aborted) {
      try {
        if (this.to === undefined) {
          this.from = this.to = await this.log.head();
          this.wakeAll();
        }
        for await (const batch of this.log.subscribe(this.to, signal)) {
          backoff.reset();
          this.take(batch);
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) {
          this.failure = { error };
          this.wakeAll();
          return;
        }
        await backoff.pause(signal);
      }
    }
  }

  private take({ facts, position, atHead }: Batch): void {
    for (const fact of facts) this.facts.push(fact);
    this.to = position;
    if (this.facts.length > MAX_FACTS) {
      this.from = this.facts.at(-MAX_FACTS / 2 - 1)!.position;
      this.facts = this.facts.slice(-MAX_FACTS / 2);
    }
    if (atHead) {
      this.headAt = performance.now();
      this.beats++;
    }
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const wake of this.waiters) wake();
  }

  /** Resolves at the next change of the cache, after `ms`, or when `signal` aborts. */
  private async change(signal: AbortSignal, ms?: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiters.delete(wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      this.waiters.add(wake);
      if (signal.aborted) wake();
    });
  }
}
