import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Checkpoints } from './checkpoints.js';
import { isOutage } from '../database/database.js';
import type { Position } from '../log/event-store.js';
import { StoreUnavailable } from '../log/event-store.js';
import { Backoff } from '../log/backoff.js';
import type { FactLog, Recorded, RecordedBatch } from '../log/fact-log.js';
import { FactUnreadable } from '../log/fact-log.js';
import { reached } from '../steps.js';
import type { Locks } from '../database/locks.js';

/**
 * Rest of a follower between batches. `prompt`: none, because commands wait for the follower. `gathering`: a moment, so
 * that streaming mail makes few batches; none while a caller waits for the follower. `patient`, for costly work without
 * urgency: as long as the last batch took, and longer while the process is busy.
 */
export type Pace = 'prompt' | 'gathering' | 'patient';

/** A durable reader of the log: a projection or a saga. */
export interface Follower {
  /** names the checkpoint and the lock; contains the version */
  name: string;
  kind: 'projection' | 'saga';
  types: readonly string[];
  batchSize: number;
  /** default `gathering` */
  pace?: Pace;
  /** Creates missing tables; until `signal` aborts, it may read the whole log to fill them. */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Handles facts after `from` up to `to` and advances the checkpoint, at once or (a saga) fact by fact. Returns the
   * stored checkpoint, which is before `to` if the last facts had no effect. Returns undefined if another process has
   * advanced the checkpoint: this process must stop the follower.
   */
  handle(facts: readonly Recorded[], from: Position, to: Position, atHead: boolean): Promise<Position | undefined>;
}

/** The fact at which a follower stopped. */
export class FactAtFault extends Error {
  constructor(
    readonly fact: Recorded,
    cause: unknown,
  ) {
    super(`${fact.type} ${fact.id}: ${(cause as Error).message}`, { cause });
  }
}

const LOCK_RETRY_MS = 500;
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 5000;
/** After an outage every caller is refused until the follower of the access tables has caught up. */
const PROMPT_PAUSE_MAX_MS = 500;
const GATHER_MS = 50;
/** From this number of facts in a batch on, more will follow: few large batches cost less than many small ones. */
const STREAMING = 16;
const STREAMING_GATHER_MS = 250;
const LONGEST_REST_MS = 2000;
/** Utilization of the event loop from which on the process is busy. */
const BUSY = 0.6;
const LONGEST_WAIT_MS = 4000;

export const isTransient = (error: unknown): boolean =>
  error instanceof StoreUnavailable ||
  isOutage(error) ||
  (error as { kind?: string }).kind === 'unavailable' ||
  (error instanceof FactAtFault && isTransient(error.cause));

/**
 * Runs followers, each in one process at a time. A transient failure is retried; any other failure stops the follower.
 */
export class FollowerRunner {
  private readonly running: Promise<void>[] = [];
  private readonly stopping = new AbortController();

  constructor(
    private readonly log: FactLog,
    private readonly locks: Locks,
    private readonly checkpoints: Checkpoints,
    private readonly logger: Logger,
  ) {}

  start(followers: readonly Follower[]): void {
    for (const follower of followers) this.running.push(this.keepRunning(follower));
  }

  /** Resolves after the current batches. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private async keepRunning(follower: Follower): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff(PAUSE_MIN_MS, follower.pace === 'prompt' ? PROMPT_PAUSE_MAX_MS : PAUSE_MAX_MS);
    while (!signal.aborted) {
      try {
        await this.followWhileHeld(follower, () => backoff.reset());
        await pause(LOCK_RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      } catch (error) {
        if (isTransient(error)) {
          const reason = (error as Error).message;
          this.logger.warn({ follower: follower.name, reason }, 'follower tries again');
          this.checkpoints.retriesAfter(follower.name, reason);
          await backoff.pause(signal);
          continue;
        }
        await this.stopAt(follower, error);
        return;
      }
    }
  }

  /** A follower that stops at a fact keeps its lock: another process would stop at the same fact. */
  private async followWhileHeld(follower: Follower, onSuccess: () => void): Promise<void> {
    const lock = await this.locks.tryAcquire(`follower ${follower.name}`);
    if (!lock) return;
    reached('follower.lock-taken');
    try {
      await this.follow(follower, AbortSignal.any([lock.lost, this.stopping.signal]), onSuccess);
    } catch (error) {
      if (isTransient(error)) await lock.release();
      throw error;
    }
    await lock.release();
  }

  private async follow(follower: Follower, signal: AbortSignal, onSuccess: () => void): Promise<void> {
    await follower.prepare(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (signal.aborted) return;
    const start = await this.checkpoints.take(follower.name);
    try {
      await this.followFrom(start, follower, signal, onSuccess);
    } finally {
      await this.checkpoints.leave(follower.name);
    }
  }

  private async followFrom(
    start: Position,
    follower: Follower,
    signal: AbortSignal,
    onSuccess: () => void,
  ): Promise<void> {
    const { name, types, batchSize } = follower;
    for await (const batch of this.log.follow(start, {
      signal,
      types,
      batchSize,
      urgent: follower.pace === 'prompt',
    })) {
      const { position, atHead } = batch;
      const mine = batch.facts.filter((fact) => types.includes(fact.type));
      let stored: Position | undefined;
      const before = performance.now();
      if (mine.length > 0) {
        const from = await this.checkpoints.settled(name);
        stored = from === undefined ? undefined : await this.handle(follower, mine, from, batch);
        if (stored === undefined) return;
        reached('follower.handled');
      }
      if (!this.checkpoints.advance(name, position, atHead, stored)) return;
      onSuccess();
      if (mine.length === 0) continue;
      reached('follower.moved');
      await this.restAfter(follower, batch, performance.now() - before, signal).catch(() => undefined);
    }
  }

  /** Handles a failed batch again fact by fact: the error names the fact at fault, and the facts before it count. */
  private async handle(
    follower: Follower,
    facts: readonly Recorded[],
    from: Position,
    batch: RecordedBatch,
  ): Promise<Position | undefined> {
    try {
      return await follower.handle(facts, from, batch.position, batch.atHead);
    } catch (error) {
      if (isTransient(error) || error instanceof FactAtFault) throw error;
      let at: Position | undefined = from;
      for (const fact of facts) {
        try {
          at = await follower.handle([fact], at, fact.position, false);
        } catch (cause) {
          throw cause instanceof FactAtFault ? cause : new FactAtFault(fact, cause);
        }
        if (at === undefined) return undefined;
      }
      return at;
    }
  }

  private async stopAt(follower: Follower, error: unknown): Promise<void> {
    const fact = error instanceof FactAtFault || error instanceof FactUnreadable ? error.fact : undefined;
    const message = (error as Error).message;
    this.logger.error(
      { follower: follower.name, fact: fact?.id, type: fact?.type, err: { message, stack: (error as Error).stack } },
      'follower stopped',
    );
    await this.checkpoints
      .fail(follower.name, { factId: fact?.id ?? null, position: fact?.position ?? '', message })
      .catch(() => undefined);
  }

  /** Rests before the next batch, as the pace demands. */
  private async restAfter(
    { name, pace = 'gathering', batchSize }: Follower,
    { facts }: RecordedBatch,
    worked: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (pace === 'gathering' && facts.length < batchSize)
      await this.checkpoints.whenAwaited(name, facts.length < STREAMING ? GATHER_MS : STREAMING_GATHER_MS, signal);
    if (pace !== 'patient') return;
    await pause(Math.min(Math.max(worked, GATHER_MS), LONGEST_REST_MS), undefined, { signal });
    for (let waited = 0; waited < LONGEST_WAIT_MS; waited += GATHER_MS) {
      const before = performance.eventLoopUtilization();
      await pause(GATHER_MS, undefined, { signal });
      if (performance.eventLoopUtilization(before).utilization < BUSY) return;
    }
  }
}
