import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { accountStream } from '../../accounts/account.events.js';
import { account, type OpenAccount } from '../../accounts/account.fold.js';
import { ConnectionNews } from '../../accounts/connection/connection-news.js';
import { MailLogins } from '../../accounts/sign-in/mail-logins.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServers } from '../../mail/servers/mail-servers.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import { bySystem, Decide } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import type { Attempt, Due } from '../../platform/followers/work.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { FetchRun, isRefusedToken } from '../fetching/fetch-run.js';
import { mayFetch } from '../fetching/fetch.decider.js';
import { FETCHING } from '../mailbox.events.js';
import { ConnectLimits, reconnectPauseMs } from './connect-limits.js';

/** News of one moment are looked at together. */
const GATHER_MS = 100;
/** The other folders are asked for by STATUS; so is the inbox, for changes that IDLE does not tell. */
const LOOK_EVERY_MS = 5 * 60_000;
/** While another worker holds the account. */
const HELD_PAUSE_MS = 500;
/** A restarted server is no news for the people of its accounts. */
const FAILING_AFTER_MS = 5 * 60_000;
const ABOUT_LOGIN: ReadonlySet<string> = new Set(['login-refused', 'login-not-offered', 'tls-required']);

/** Watches one account over one connection: IDLE on the inbox, and a look at the account after each piece of news. */
@Injectable()
export class WatchRun {
  private readonly connecting = new ConnectLimits();

  constructor(
    private readonly decide: Decide,
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
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
      let imap: Imap | undefined;
      try {
        mayFetch(state);
        imap = await this.connecting.run(lane, () => this.connect(accountId, state, signal));
        failures = 0;
        failingSince = undefined;
        await this.connection.accepted(accountId, state, bySystem('mail-worker', accountId));
        await this.watch(imap, accountId, state, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        // The fact that lets the account be watched again restarts the work.
        if (error instanceof Refused && error.kind !== 'unavailable') return await untilAborted(signal);
        if (!(error instanceof MailServerFailure)) throw error;
        failures += 1;
        failingSince ??= performance.now();
        const isNews = ABOUT_LOGIN.has(error.reason) || performance.now() - failingSince >= FAILING_AFTER_MS;
        if (isNews && state.status === 'open')
          await this.connection.failed(accountId, state, error, bySystem('mail-worker', accountId));
        await pause(reconnectPauseMs(failures), undefined, { signal, ref: false }).catch(() => undefined);
      } finally {
        await imap?.close();
      }
    }
  }

  private async connect(accountId: string, open: OpenAccount, signal: AbortSignal): Promise<Imap> {
    const { incoming } = open.settings;
    const credentials = await this.logins.of(accountId, open);
    try {
      return await this.servers.open(incoming, credentials, signal);
    } catch (error) {
      if (!isRefusedToken(error, credentials)) throw error;
      return this.servers.open(incoming, await this.logins.of(accountId, open, credentials), signal);
    }
  }

  private async watch(imap: Imap, accountId: string, open: OpenAccount, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.look(imap, accountId, open, signal);
      await imap.open('INBOX');
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
