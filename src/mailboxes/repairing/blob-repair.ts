import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import { MailLogins } from '../../accounts/sign-in/mail-logins.js';
import { MailServers } from '../../mail/servers/mail-servers.js';
import { Blobs } from '../../platform/blobs/blobs.js';
import { Decide } from '../../platform/commands/decide.js';
import { type HeldLock, Locks } from '../../platform/database/locks.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { mayFetch } from '../fetching/fetch.decider.js';
import { ServerFolders } from '../folders/server-folders.js';
import { MessageReturn, type Returned } from './message-return.js';
import { type StoredMessage, StoredMessages } from './stored-messages.js';

const LOOK_EVERY_MS = 2000;
/** Between two scans for missing packs; the first one is at the start. */
const SCAN_EVERY_MS = 60 * 60 * 1000;
/** Of one run, and of one look. */
const MOST_MESSAGES = 200;
const ACCOUNTS_AT_ONCE = 4;
/** Rests of an account after a failure: each twice as long as the one before. */
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 60 * 60 * 1000;

/**
 * Fetches missing and damaged blobs again from the mail server, and sets those lost that no folder there has. One
 * process at a time does this.
 */
@Injectable()
export class BlobRepair implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly limit = pLimit(ACCOUNTS_AT_ONCE);
  /** by account, in `performance.now()` */
  private readonly resting = new Map<string, { until: number; ms: number }>();
  private looking: Promise<void> | undefined;
  private scanDue = 0;

  constructor(
    private readonly blobs: Blobs,
    private readonly messages: StoredMessages,
    private readonly decide: Decide,
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
    private readonly locks: Locks,
    private readonly folders: ServerFolders,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  start(): void {
    if (this.platform.config.roles.has('mail')) this.looking ??= this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    let lock: HeldLock | undefined;
    while (!signal.aborted) {
      try {
        if (!lock || lock.lost.aborted) lock = await this.locks.tryAcquire('repair of messages');
        if (lock) await this.repair(AbortSignal.any([lock.lost, signal]));
      } catch (error) {
        if (!signal.aborted) this.platform.logger.warn({ err: error }, 'messages are repaired later');
      }
      await pause(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
    await lock?.release();
  }

  private async repair(signal: AbortSignal): Promise<void> {
    if (performance.now() >= this.scanDue) {
      await this.blobs.findMissing(signal);
      await this.messages.withoutBlob(await this.blobs.missing.lost(MOST_MESSAGES));
      this.scanDue = performance.now() + SCAN_EVERY_MS;
    }
    for (const message of await this.messages.withoutBlob(await this.blobs.missing.unassigned(MOST_MESSAGES)))
      await this.blobs.missing.assign([message.id], message.accountId);
    const due = (await this.blobs.missing.accounts()).filter((id) => !(this.rest(id).until > performance.now()));
    await Promise.all(due.map((id) => this.limit(() => this.repairAccount(id, signal))));
  }

  private async repairAccount(accountId: string, signal: AbortSignal): Promise<void> {
    try {
      const ids = await this.blobs.missing.ofAccount(accountId, MOST_MESSAGES);
      const damaged = await this.messages.withoutBlob(ids);
      if (damaged.length === 0) return;
      const { repaired, lost } = await this.fetchAgain(accountId, damaged, signal);
      await this.messages.removeErased(repaired);
      if (lost.length > 0) await this.blobs.missing.setLost(lost);
      this.resting.delete(accountId);
      this.platform.logger.info(
        { accountId, repaired: repaired.length, lost: lost.length },
        'missing messages were fetched again',
      );
    } catch (error) {
      if (signal.aborted) return;
      const ms = Math.min(Math.max(2 * this.rest(accountId).ms, FIRST_REST_MS), LONGEST_REST_MS);
      this.resting.set(accountId, { until: performance.now() + ms, ms });
      this.platform.logger.warn({ accountId, reason: (error as Error).message }, 'missing messages are fetched later');
    }
  }

  private async fetchAgain(
    accountId: string,
    damaged: readonly StoredMessage[],
    signal: AbortSignal,
  ): Promise<Returned> {
    const { state } = await this.decide.load(accountStream(accountId), account);
    if (state.status === 'removed') {
      await this.blobs.missing.forget(damaged.map(({ id }) => id));
      return { repaired: [], lost: [] };
    }
    mayFetch(state);
    const credentials = await this.logins.of(accountId, state);
    const folderIdAt = await this.folders.idsByPath(accountId);
    const imap = await this.servers.open(state.settings.incoming, credentials, signal);
    try {
      return await new MessageReturn(imap, this.blobs, folderIdAt, state.mailbox, damaged, signal).run();
    } finally {
      await imap.close();
    }
  }

  private rest(accountId: string): { until: number; ms: number } {
    return this.resting.get(accountId) ?? { until: 0, ms: 0 };
  }
}
