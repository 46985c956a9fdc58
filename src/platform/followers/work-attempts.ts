import type { Logger } from 'pino';
import { Backoff } from '../log/backoff.js';
import { type Position, START } from '../log/event-store.js';
import type { Lease } from './leases.js';
import { type Outage, outageBehind } from './outages.js';
import type { Due, Work } from './work.js';

const FIRST_PAUSE_MS = 100;
/** A failure after such a long attempt is a new outage: its pauses begin short. */
const LONG_ATTEMPT_MS = 60_000;
const RESTART: Outage = { reason: 'restart', longestPauseMs: 5000 };

/** Attempts at one piece of work under its lease, until it ends: pauses during an outage, and restarts by facts. */
export class WorkAttempts<Row extends Due> {
  private restarting = new AbortController();
  private readonly leaving = new AbortController();
  private known: Position = START;
  private failing: { reason: string; backoff: Backoff } | undefined;

  constructor(
    private readonly work: Work<Row>,
    private readonly row: Row,
    private readonly logger: Logger,
  ) {}

  get lane(): string {
    return this.row.lane;
  }

  get person(): string {
    return this.row.person;
  }

  /** True once another process is to go on with the work. */
  get isLeaving(): boolean {
    return this.leaving.signal.aborted;
  }

  leave(): void {
    this.leaving.abort();
  }

  /** @param position of the fact that changed the state; absent: facts may have been missed */
  restart(position?: Position): void {
    if (position === undefined || position > this.known) this.restarting.abort();
  }

  /** Resolves at the end of the work, or when `stopping`, `leave` or a lost lease stops it. @throws other errors */
  async run(lease: Lease, stopping: AbortSignal): Promise<void> {
    const stopped = AbortSignal.any([lease.lost, stopping, this.leaving.signal]);
    while (!stopped.aborted) {
      const began = performance.now();
      try {
        await this.attempt(stopped);
        return;
      } catch (error) {
        if (stopped.aborted) return;
        const outage = this.restarting.signal.aborted ? RESTART : outageBehind(error);
        if (!outage) throw error;
        if (performance.now() - began > LONG_ATTEMPT_MS) this.failing = undefined;
        await this.pause(lease, outage, stopped);
      }
    }
  }

  private async attempt(stopped: AbortSignal): Promise<void> {
    this.restarting = new AbortController();
    this.known = START;
    await this.work.do(this.row, {
      signal: AbortSignal.any([stopped, this.restarting.signal]),
      knows: (position) => void (this.known = position),
    });
  }

  private async pause(lease: Lease, { reason, longestPauseMs }: Outage, stopped: AbortSignal): Promise<void> {
    if (this.failing?.reason !== reason)
      this.failing = { reason, backoff: new Backoff(FIRST_PAUSE_MS, longestPauseMs) };
    if (reason !== RESTART.reason) {
      this.logger.warn({ work: this.work.name, key: this.row.key, reason }, 'work pauses');
      await lease.showPause(reason);
    }
    await this.failing.backoff.pause(stopped);
  }
}
