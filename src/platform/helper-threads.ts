import { Piscina } from 'piscina';
import { Refused } from './domain.js';
import { FairQueue } from './fair-queue.js';

type Options = Omit<NonNullable<ConstructorParameters<typeof Piscina>[0]>, 'filename' | 'execArgv'> & {
  maxThreads: number;
};

export interface ThreadsState {
  name: string;
  state: 'running' | 'failing';
  /** null while running */
  reason: string | null;
  /** time of the first failure; null while running */
  since: Date | null;
}

/** A thread failed at this task, and the threads work for other tasks. */
export class TaskAtFault extends Error {}

interface Pool {
  threads: Piscina;
  /** aborted when a thread fails outside a task: it cannot start */
  broken: AbortController;
}

interface Failing {
  reason: string;
  since: Date;
  /** in `performance.now()` */
  retryAt: number;
  pauseMs: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const all: HelperThreads[] = [];

/** States of all helper threads of this process. */
export const helperThreads = (): ThreadsState[] => all.map((threads) => threads.state);

/**
 * Worker threads for the tasks of a module, at most as many as there is work for. Idle threads end; none keeps the
 * process alive. The tasks of the module return their own errors as values, so a rejection is a failure of a thread: it
 * cannot start, hangs, or has no memory left. The module also has the task `probe`, which tells a failure of the
 * threads from a failure that one task causes.
 */
export class HelperThreads {
  private pool: Pool | undefined;
  private failing: Failing | undefined;
  private probing: Promise<void> | undefined;
  private readonly closed = new WeakSet<Pool>();
  /** Tasks wait in this queue and not in the pool, so that the time limit covers only the work. */
  private readonly queue: FairQueue;

  /** @param timeMs time limit of a task, unless the task has its own */
  constructor(
    readonly name: string,
    private readonly worker: URL,
    private readonly timeMs: number,
    private readonly options: Options,
  ) {
    this.queue = new FairQueue(options.maxThreads);
    all.push(this);
  }

  get state(): ThreadsState {
    const { name, failing } = this;
    return {
      name,
      state: failing ? 'failing' : 'running',
      reason: failing?.reason ?? null,
      since: failing?.since ?? null,
    };
  }

  /**
   * @param input copied to the thread, or moved there if it is a part of `transferList`
   * @throws TaskAtFault; Refused of kind `unavailable` while the threads fail at every task
   */
  run<R>(
    task: string,
    input: object,
    { transferList = [], timeMs = this.timeMs, lane = '' }: RunOptions = {},
  ): Promise<R> {
    return this.queue.run(lane, async () => {
      if (this.failing) await this.probe();
      for (;;) {
        const pool = this.started();
        try {
          return await this.runIn<R>(pool, task, input, { transferList, timeMs });
        } catch (cause) {
          if (this.closed.has(pool)) throw unavailable(this.name, 'the service ends');
          this.renew(pool);
          await this.probe();
          // Parts of the input may have moved to the broken threads.
          if (pool.broken.signal.aborted && transferList.length > 0)
            throw unavailable(this.name, reasonOf(cause, pool));
          if (!pool.broken.signal.aborted) throw new TaskAtFault(`${this.name}: ${reasonOf(cause, pool)}`, { cause });
        }
      }
    });
  }

  /** Ends the threads. A later task starts new ones. */
  async close(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    if (!pool) return;
    this.closed.add(pool);
    await pool.threads.destroy();
  }

  /** Resolves if the threads work. One probe at a time; none during the pause after a failed one. @throws Refused */
  private probe(): Promise<void> {
    if (this.failing && performance.now() < this.failing.retryAt)
      return Promise.reject(unavailable(this.name, this.failing.reason));
    return (this.probing ??= this.probeNow().finally(() => (this.probing = undefined)));
  }

  private async probeNow(): Promise<void> {
    const pool = this.started();
    try {
      await this.runIn(pool, 'probe', {}, { transferList: [], timeMs: this.timeMs });
      this.failing = undefined;
    } catch (cause) {
      if (this.closed.has(pool)) throw unavailable(this.name, 'the service ends');
      this.renew(pool);
      const reason = reasonOf(cause, pool);
      this.fail(reason);
      throw unavailable(this.name, reason);
    }
  }

  /** The next probe also comes without a task, so that the state is true. */
  private fail(reason: string): void {
    const pauseMs = this.failing ? Math.min(2 * this.failing.pauseMs, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    const since = this.failing?.since ?? new Date();
    this.failing = { reason, since, pauseMs, retryAt: performance.now() + pauseMs };
    setTimeout(() => void this.probe().catch(() => undefined), pauseMs + 1).unref();
  }

  private started(): Pool {
    if (this.pool) return this.pool;
    const threads = new Piscina({ filename: this.worker.href, minThreads: 0, ...this.options });
    const broken = new AbortController();
    threads.on('error', (error) => broken.abort(error));
    return (this.pool = { threads, broken });
  }

  /** New threads load the module again: a thread keeps the failure of its first load. The old ones end their tasks. */
  private renew(pool: Pool): void {
    if (this.pool !== pool) return;
    this.pool = undefined;
    void pool.threads.close().catch(() => undefined);
  }

  private runIn<R>(
    { threads, broken }: Pool,
    name: string,
    input: object,
    options: Required<Omit<RunOptions, 'lane'>>,
  ): Promise<R> {
    const signal = AbortSignal.any([AbortSignal.timeout(options.timeMs), broken.signal]);
    return threads.run(input, { name, transferList: options.transferList, signal }) as Promise<R>;
  }
}

interface RunOptions {
  transferList?: ArrayBuffer[];
  timeMs?: number;
  /** tasks of one lane, such as a person, do not keep those of another waiting */
  lane?: string;
}

const unavailable = (name: string, reason: string): Refused =>
  new Refused(
    'helper-threads-fail',
    'unavailable',
    `The threads for ${name} fail (${reason}). They are started again and again: try later, or ask the operator.`,
  );

function reasonOf(error: unknown, { broken }: Pool): string {
  const cause: unknown = broken.signal.aborted ? broken.signal.reason : error;
  return (cause as Error).name === 'AbortError' ? 'a task exceeded its time limit' : (cause as Error).message;
}
