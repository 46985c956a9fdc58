import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { poolOf } from '../platform/database/database.js';
import type { Due, Slots } from '../platform/followers/work.js';
import { Worker } from '../platform/followers/worker.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { DraftCopyRun } from './draft-copy-run.js';
import { IS_TO_COPY } from './draft-rows.js';
import { draftServersTable, foundDrafts, foundDraftsTable, IS_GONE } from './found-drafts.js';

/** A server that hangs leaves slots to the servers of other accounts. */
const SLOTS: Slots = { all: 20, ofLane: 5, ofPerson: 10, ofPersonInLane: 4 };

/** SQL query: accounts with drafts to store or to remove, on their mail server or here. */
const DUE = `select due."accountId" as key, due."accountId" as person, min(due.since) as since,
    coalesce(min(s.lane), '') as lane
  from (
    select d.account_id as "accountId", d.saved_at as since from drafts d where ${IS_TO_COPY}
    union all
    select c.account_id, c.made_at from draft_copies c where c.state = 'left'
    union all
    select f."accountId", now() from ${foundDraftsTable.name} f where ${IS_GONE}
  ) due left join ${draftServersTable.name} s using ("accountId") group by due."accountId"`;

/** Keeps copies of drafts on mail servers, and follows the changes of other programs. */
@Injectable()
export class DraftWorker implements BeforeApplicationShutdown {
  private readonly worker: Worker<Due>;

  constructor(
    run: DraftCopyRun,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {
    this.worker = new Worker<Due>(
      {
        name: 'keeping-drafts',
        lookup: foundDrafts.id,
        due: DUE,
        startedBy: ['DraftSent', 'DraftDiscarded', 'DraftGone', 'PlacesLeft'],
        restartedBy: ['AccountRemoved', 'IncomingServerChanged', 'LoginChanged', 'PasswordChanged', 'SignInGranted'],
        keyOf: ({ data }) => (data as { accountId?: string }).accountId,
        slots: SLOTS,
        do: ({ key }, attempt) => run.run(key, attempt),
      },
      { ...platform, pool: poolOf(platform.database) },
    );
  }

  start(): void {
    if (this.platform.config.roles.has('mail')) this.worker.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }
}
