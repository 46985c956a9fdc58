import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { poolOf } from '../../platform/database/database.js';
import type { Due, Slots, Work } from '../../platform/followers/work.js';
import { Worker } from '../../platform/followers/worker.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { RESTARTED_BY } from '../fetching/fetch-worker.js';
import { pendingFetches, WATCHED_ACCOUNTS } from '../fetching/pending-fetches.js';
import { WatchRun } from './watch-run.js';

const MOST = 5000;
/** One process watches as many accounts as it can; no lane or person waits for another. */
const SLOTS: Slots = { all: MOST, ofLane: MOST, ofPerson: MOST, ofPersonInLane: MOST };
/** Accounts taken or given back each second. */
const MOST_AT_ONCE = 100;

/** Watches all accounts that were fetched once, each in one process. */
@Injectable()
export class WatchWorker implements BeforeApplicationShutdown {
  private readonly worker: Worker<Due>;

  constructor(
    watchRun: WatchRun,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {
    const work: Work<Due> = {
      name: 'watching',
      lookup: pendingFetches.id,
      due: WATCHED_ACCOUNTS,
      startedBy: ['FetchFinished'],
      restartedBy: RESTARTED_BY,
      keyOf: ({ data }) => (data as { accountId?: string }).accountId,
      slots: SLOTS,
      sharedOut: { atOnce: MOST_AT_ONCE },
      do: (row, attempt) => watchRun.run(row, attempt),
    };
    this.worker = new Worker(work, { ...platform, pool: poolOf(platform.database) });
  }

  start(): void {
    const { roles, watchMail } = this.platform.config;
    if (roles.has('mail') && watchMail) this.worker.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }
}
