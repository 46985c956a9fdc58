import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { accountStream } from '../../accounts/account.events.js';
import { account, type OpenAccount } from '../../accounts/account.fold.js';
import { ConnectionNews } from '../../accounts/connection/connection-news.js';
import type { Imap, OpenFolder } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import { bySystem, Decide } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { outageBehind } from '../../platform/followers/outages.js';
import type { Attempt, Due } from '../../platform/followers/work.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { FetchRun } from '../fetching/fetch-run.js';
import { mayFetch } from '../fetching/fetch.decider.js';
import { uidValidityOf } from '../folders/cursor.decider.js';
import { FolderLooks } from '../looking/folder-looks.js';
import { isSameStatus } from '../looking/strategy.js';
import { FETCHING, inboxIdOf } from '../mailbox.events.js';
import { ConnectLimits, reconnectPauseMs } from './connect-limits.js';

/** News of one moment are looked at together. */
const GATHER_MS = 100;
/** The other folders are asked for by STATUS; so is the inbox, for changes that IDLE does not tell. */
const LOOK_EVERY_MS = 5 * 60_000;
/** While another worker holds the account. */
const HELD_PAUSE_MS = 500;
/** A restarted server is no news for the people of its accounts. */
const FAILING_AFTER_MS = 5 * 60_000;
/** A change of the account's settings restarts the work at once. */
const LOGIN_PAUSE_MS = 60 * 60_000;
const ABOUT_LOGIN: ReadonlySet<string> = new Set(['login-refused', 'login-not-offered', 'tls-required']);

/** Watches one account over one connection: IDLE on the inbox, and a look at the account after each piece of news. */
@Injectable()
export class WatchRun {
  private readonly connecting = new ConnectLimits();

  constructor(
    private readonly decide: Decide,
    private readonly looks: FolderLooks,
    private readonly fetchRun: FetchRun,
    private readonly connection: ConnectionNews,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  /** Ends with the signal. @throws the reason of the signal, errors other than those of mail servers */
  async run({ key: accountId, lane }: Due, { signal, knows }: Attempt): Promise<void> {
    let failures = 0;
    let failingSince: number | undefined;
    while (!signal.aborted) {
      const { state, position } = await this.decide.load(accountStream(accountId), account);
      knows(position);
      if (state.status !== 'open') return;
      let imap: Imap | undefined;
      try {
        mayFetch(state);
        imap = await this.connecting.run(lane, () => this.fetchRun.connect(accountId, state, signal));
        await this.connection.accepted(accountId, state, bySystem('mail-worker', accountId));
        await this.watch(imap, accountId, state, signal, () => {
          failures = 0;
          failingSince = undefined;
        });
      } catch (error) {
        if (signal.aborted) throw error;
        // The fact that lets the account be watched again restarts the work.
        if (error instanceof Refused && !outageBehind(error)) return await untilAborted(signal);
        if (!(error instanceof MailServerFailure)) throw error;
        failures += 1;
        failingSince ??= performance.now();
        const isNews = ABOUT_LOGIN.has(error.reason) || performance.now() - failingSince >= FAILING_AFTER_MS;
        if (isNews) await this.connection.failed(accountId, state, error, bySystem('mail-worker', accountId));
        const ms = ABOUT_LOGIN.has(error.reason) ? LOGIN_PAUSE_MS : reconnectPauseMs(failures);
        await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
      } finally {
        await imap?.close();
      }
    }
  }

  /** @param onLook called after each look */
  private async watch(
    imap: Imap,
    accountId: string,
    open: OpenAccount,
    signal: AbortSignal,
    onLook: () => void,
  ): Promise<void> {
    for (;;) {
      await this.look(imap, accountId, open, signal);
      onLook();
      const opened = await imap.open('INBOX');
      // Mail that arrived during the look is no news of IDLE.
      if (await this.hasChanged(accountId, open, opened)) {
        await this.look(imap, accountId, open, signal);
        await imap.open('INBOX');
      }
      const news = new AbortController();
      const stop = AbortSignal.any([signal, news.signal]);
      const due = setTimeout(() => news.abort(), LOOK_EVERY_MS);
      try {
        await imap.idle(() => news.abort(), stop);
      } finally {
        clearTimeout(due);
      }
      signal.throwIfAborted();
      await pause(GATHER_MS, undefined, { signal });
    }
  }

  private async hasChanged(accountId: string, { mailbox }: OpenAccount, opened: OpenFolder): Promise<boolean> {
    const last = await this.looks.last(inboxIdOf(accountId));
    return !last || !isSameStatus(last, { ...opened, uidValidity: uidValidityOf(mailbox, opened.uidValidity) });
  }

  /** Looks under the lease of the account, so that no other worker changes the mailbox meanwhile. */
  private async look(imap: Imap, accountId: string, open: OpenAccount, signal: AbortSignal): Promise<void> {
    for (;;) {
      const [lease] = await this.platform.leases.take(FETCHING, [accountId]);
      if (lease) {
        try {
          return await this.fetchRun.look(imap, accountId, open, AbortSignal.any([signal, lease.lost]));
        } finally {
          await lease.release();
        }
      }
      await pause(HELD_PAUSE_MS, undefined, { signal });
    }
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
