import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import { ConnectionNews } from '../../accounts/connection/connection-news.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import { bySystem, Decide } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { outageBehind } from '../../platform/followers/outages.js';
import type { Attempt, Due } from '../../platform/followers/work.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { FetchRun } from '../fetching/fetch-run.js';
import { mayFetch } from '../fetching/fetch.decider.js';
import { FolderLooks } from '../looking/folder-looks.js';
import { MailboxConnections } from '../mailbox-connections.js';
import { ConnectLimits, reconnectPauseMs } from './connect-limits.js';
import { ConnectedWatch, type Watched } from './connected-watch.js';

/** A restarted server is no news for the people of its accounts. */
const FAILING_AFTER_MS = 5 * 60_000;
/** A change of the account's settings restarts the work at once. */
const LOGIN_PAUSE_MS = 60 * 60_000;
const ABOUT_LOGIN: ReadonlySet<string> = new Set(['login-refused', 'login-not-offered', 'tls-required']);

/** Watches one account over one connection at a time. */
@Injectable()
export class WatchRun {
  private readonly connecting = new ConnectLimits();

  constructor(
    private readonly decide: Decide,
    private readonly looks: FolderLooks,
    private readonly fetchRun: FetchRun,
    private readonly connections: MailboxConnections,
    private readonly connection: ConnectionNews,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  /** Ends with the signal. @throws the reason of the signal, errors other than those of mail servers */
  async run(due: Due, attempt: Attempt): Promise<void> {
    const watched: Watched = { paths: null, lookedAt: -Infinity, missed: 0 };
    try {
      await this.connectAgainAndAgain(due, watched, attempt);
    } finally {
      await watched.polled?.release();
    }
  }

  private async connectAgainAndAgain(
    { key: accountId, lane }: Due,
    watched: Watched,
    { signal, knows }: Attempt,
  ): Promise<void> {
    let failures = 0;
    let failingSince: number | undefined;
    while (!signal.aborted) {
      const { state, position } = await this.decide.load(accountStream(accountId), account);
      knows(position);
      if (state.status !== 'open') return;
      let imap: Imap | undefined;
      try {
        mayFetch(state);
        imap = await this.connecting.run(lane, () => this.connections.open(accountId, state, signal));
        await this.connection.accepted(accountId, state, bySystem('mail-worker', accountId));
        const { fetchRun, looks, platform } = this;
        await new ConnectedWatch({ fetchRun, looks, platform }, imap, accountId, state, watched, signal).run(() => {
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
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
