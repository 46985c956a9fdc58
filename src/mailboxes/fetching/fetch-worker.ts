import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { AccountEvent, Server } from '../../accounts/account.events.js';
import { poolOf } from '../../platform/database/database.js';
import type { Due, Slots, Work } from '../../platform/followers/work.js';
import { Worker } from '../../platform/followers/worker.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { FETCHING } from '../mailbox.events.js';
import { FetchRun } from './fetch-run.js';
import { DUE_FETCHES, laneOf, pendingFetches } from './pending-fetches.js';

/**
 * A started fetch, or wishes (`fetchId` null): the account as key, its mail server as lane, and the person or service
 * that asked for it.
 */
interface DueFetch extends Due {
  fetchId: string | null;
}

/**
 * A slot costs up to 6 MB for messages in flight. Two servers that hang, or two people that fetch everything, leave
 * slots to others; so does one person to colleagues with mailboxes at the same server.
 */
const SLOTS: Slots = { all: 40, ofLane: 18, ofPerson: 18, ofPersonInLane: 14 };

/** Facts that change which mail is fetched, from where, with which login, or which reactions it causes. */
export const RESTARTED_BY: AccountEvent['type'][] = [
  'AccountRemoved',
  'SendOnlyChanged',
  'IncomingServerChanged',
  'LoginChanged',
  'PasswordChanged',
  'SignInGranted',
  'SignInRanOut',
  'FetchSinceChanged',
  'SentFolderChanged',
  'DraftsFolderChanged',
  'CreateContactsChanged',
  'CreateContactsFromChanged',
  'CreateTasksChanged',
];

/** Runs all started fetches to their end, also those of dead processes. */
@Injectable()
export class FetchWorker implements BeforeApplicationShutdown {
  private readonly worker: Worker<DueFetch>;

  constructor(
    fetchRun: FetchRun,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {
    const work: Work<DueFetch> = {
      name: FETCHING,
      lookup: pendingFetches.id,
      due: DUE_FETCHES,
      startedBy: ['FetchStarted', 'MessagesMarked', 'MessagesMoved', 'MessagesDeleted', 'MessagesRestored'],
      restartedBy: RESTARTED_BY,
      keyOf: ({ data }) => (data as { accountId?: string }).accountId,
      slots: SLOTS,
      do: ({ key, fetchId }, attempt) =>
        fetchId === null ? fetchRun.giveWishes(key, attempt) : fetchRun.run(key, fetchId, attempt),
    };
    this.worker = new Worker(work, { ...platform, pool: poolOf(platform.database) });
  }

  start(): void {
    if (this.platform.config.roles.has('mail')) this.worker.start();
  }

  /** Starts a fetch at once. @param person `by` of its start */
  nudge(accountId: string, fetchId: string, incoming: Server, person: string): void {
    this.worker.nudge({ key: accountId, fetchId, lane: laneOf(incoming), person });
  }

  /** Stops after the messages in flight. Open fetches continue under the same id, in any process. */
  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }
}
