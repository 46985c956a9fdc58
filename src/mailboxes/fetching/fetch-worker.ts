import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reached } from '../../platform/steps.js';
import { Locks } from '../../platform/database/locks.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { FetchRun } from './fetch-run.js';
import { PENDING_FETCHES } from './pending-fetches.js';

interface Pending {
  accountId: string;
  fetchId: string;
}

const LOOK_EVERY_MS = 1000;
/** Maximum number of fetches in progress per process; high enough that a few dead hosts delay no other account. */
const SIDE_BY_SIDE = 16;

/**
 * Runs all started fetches to their end, also fetches of dead processes. A lock in PostgreSQL gives each account to one
 * process at a time.
 */
@Injectable()
export class FetchWorker implements BeforeApplicationShutdown {
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly locks: Locks,
    private readonly fetchRun: FetchRun,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  start(): void {
    if (this.platform.config.roles.has('mail')) this.looking ??= this.look();
  }

  /** Starts a fetch at once, before the next look into the table. */
  nudge(accountId: string, fetchId: string): void {
    if (this.looking && !this.stopping.signal.aborted) this.take({ accountId, fetchId });
  }

  /** Stops after the messages in flight. Open fetches continue under the same id, in any process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.running.values());
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const pending = await this.database.query<Pending[]>(
          `select account_id as "accountId", fetch_id as "fetchId" from ${PENDING_FETCHES} limit 200`,
        );
        for (const each of pending) this.take(each);
      } catch (error) {
        this.platform.logger.warn({ reason: (error as Error).message }, 'fetches wait for the database');
      }
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private take({ accountId, fetchId }: Pending): void {
    if (this.running.has(accountId) || this.running.size >= SIDE_BY_SIDE) return;
    const ended = this.run(accountId, fetchId)
      .catch((error: unknown) =>
        this.platform.logger.error({ accountId, fetchId, err: error }, 'fetch stopped; it continues later'),
      )
      .finally(() => this.running.delete(accountId));
    this.running.set(accountId, ended);
  }

  private async run(accountId: string, fetchId: string): Promise<void> {
    const lock = await this.locks.tryAcquire(`fetch ${accountId}`);
    if (!lock) return;
    reached('fetch.leased');
    try {
      await this.fetchRun.run(accountId, fetchId, AbortSignal.any([lock.lost, this.stopping.signal]));
    } finally {
      await lock.release();
    }
  }
}
