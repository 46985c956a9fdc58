import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { MailServers } from '../mail/servers/mail-servers.js';
import { poolOf } from '../platform/database/database.js';
import type { Due, Slots } from '../platform/followers/work.js';
import { Worker } from '../platform/followers/worker.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { CopyRun } from './copy-run.js';
import { DUE_COPIES, DUE_SENDS, pendingSends } from './pending-sends.js';
import { SendRun } from './send-run.js';

/**
 * A server that hangs leaves slots to the servers of other accounts, and one person leaves slots to others. Microsoft
 * 365 takes three connections of a mailbox at a time ("Exchange Online limits") and answers 432 to more.
 */
const SLOTS: Slots = { all: 40, ofLane: 10, ofPerson: 20, ofPersonInLane: 3 };

/** Sends queued messages and stores their copies, also those that a dead process left. */
@Injectable()
export class SendWorker implements BeforeApplicationShutdown {
  private readonly workers: readonly Worker<Due>[];

  constructor(
    sendRun: SendRun,
    copyRun: CopyRun,
    private readonly servers: MailServers,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {
    const parts = { ...platform, pool: poolOf(platform.database) };
    const lookup = pendingSends.id;
    this.workers = [
      new Worker<Due>(
        {
          name: 'sending',
          lookup,
          due: DUE_SENDS,
          startedBy: ['MessageQueued', 'SendConfirmed', 'SendResolved', 'OutboxReleased'],
          restartedBy: [],
          keyOf: ({ data }) => (data as { messageId?: string }).messageId,
          slots: SLOTS,
          do: ({ key }, attempt) => sendRun.run(key, attempt),
        },
        parts,
      ),
      new Worker<Due>(
        {
          name: 'keeping-copies',
          lookup,
          due: DUE_COPIES,
          startedBy: ['RecipientsAccepted', 'SendResolved'],
          restartedBy: [],
          keyOf: ({ data }) => (data as { accountId?: string }).accountId,
          slots: SLOTS,
          do: ({ key }, attempt) => copyRun.run(key, attempt),
        },
        parts,
      ),
    ];
  }

  start(): void {
    if (this.platform.config.roles.has('mail')) for (const worker of this.workers) worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
    this.servers.endSessions();
  }
}
