import { setTimeout as pause } from 'node:timers/promises';
import type { OpenAccount } from '../../accounts/account.fold.js';
import type { FolderStatus } from '../../mail/servers/imap-status.js';
import type { Imap, OpenFolder } from '../../mail/servers/imap.js';
import type { Lease } from '../../platform/followers/leases.js';
import type { Platform } from '../../platform/open-platform.js';
import type { FetchRun } from '../fetching/fetch-run.js';
import { uidValidityOf } from '../folders/cursor.decider.js';
import type { FolderLooks } from '../looking/folder-looks.js';
import { isSameStatus } from '../looking/strategy.js';
import { FETCHING, inboxIdOf } from '../mailbox.events.js';
import { type ListedOnce, listOnce, type ShownFolders, shownFolders } from './shown-folders.js';
import { wayOfWatching } from './way-of-watching.js';

/** News of one moment are looked at together. */
const GATHER_MS = 100;
/** While another worker holds the account. */
const HELD_PAUSE_MS = 500;
/** Names the leases of polled accounts: `/health/ready` counts them. */
const POLLING = 'polling';

/** Periods in ms. */
export interface WatchTimes {
  /** of the checks of all folders by STATUS, also of the inbox */
  check: number;
  /** of the lists of folders */
  list: number;
  /** of the checks of a polled account */
  poll: number;
  /** of the looks at all folders without a change in STATUS */
  look: number;
}

const TIMES: WatchTimes = { check: 5 * 60_000, list: 15 * 60_000, poll: 30_000, look: 60 * 60_000 };

/** State of the watch of an account, over all its connections. */
export interface Watched {
  /** from before the last look: a later change shows as a difference */
  digest?: string;
  listed?: ListedOnce;
  /** of the folders of the last look; null before the first one */
  paths: readonly string[] | null;
  lookedAt: number;
  /** changes in a row that STATUS showed and IDLE did not report */
  missed: number;
  /** held once the account is polled */
  polled?: Lease | undefined;
}

interface Parts {
  fetchRun: FetchRun;
  looks: FolderLooks;
  platform: Platform;
}

/** IDLE on the inbox over one connection, checks of all folders, and a look at the account after each piece of news. */
export class ConnectedWatch {
  private readonly times: WatchTimes;
  /** `told` of the connection at the beginning of the last look */
  private toldBeforeLook: number | undefined;

  constructor(
    private readonly parts: Parts,
    private readonly imap: Imap,
    private readonly accountId: string,
    private readonly open: OpenAccount,
    private readonly watched: Watched,
    private readonly signal: AbortSignal,
  ) {
    this.times = { ...TIMES, ...parts.platform.config.watchTimes };
  }

  /**
   * @param onCheck called after each check of all folders
   * @throws MailServerFailure at the end of the connection, the reason of the signal
   */
  async run(onCheck: () => void): Promise<never> {
    let before: FolderStatus | undefined;
    for (;;) {
      const { told } = this.imap;
      const shown = await shownFolders(this.imap, await this.listed(), this.watched.paths);
      if (before && shown.inbox && !isSameStatus(before, shown.inbox)) this.watched.missed += 1;
      const isNews = this.isNews(shown);
      if (isNews) {
        await this.look();
        this.watched.digest = shown.digest;
      }
      onCheck();
      const isKnown = !isNews && this.imap.told === told;
      before = await this.untilCheck(await this.period(), isKnown ? shown.inbox : undefined);
    }
  }

  private async listed(): Promise<ListedOnce> {
    const { listed } = this.watched;
    if (listed && performance.now() - listed.at < this.times.list) return listed;
    return (this.watched.listed = await listOnce(this.imap));
  }

  /** Without mod-sequences, STATUS does not show changed flags. */
  private isNews({ digest, inbox }: ShownFolders): boolean {
    const { look, check } = this.times;
    const period = typeof inbox?.highestModseq === 'bigint' ? look : check;
    return digest !== this.watched.digest || performance.now() - this.watched.lookedAt >= period;
  }

  /** Until the next check; checks of many accounts are spread. */
  private async period(): Promise<number> {
    const { accountId, imap, watched, times } = this;
    const { logger, leases } = this.parts.platform;
    const { way, reason } = wayOfWatching(imap.abilities, watched.missed);
    if (way === 'idle') return times.check * (0.5 + Math.random());
    if (!watched.polled) {
      logger.info({ accountId, reason }, 'the inbox of an account is polled');
      [watched.polled] = await leases.take(POLLING, [accountId]);
    }
    return times.poll;
  }

  /**
   * @param known status of the inbox as of the last look
   * @returns that status, after looks at all news
   */
  private async untilCheck(ms: number, known: FolderStatus | undefined): Promise<FolderStatus | undefined> {
    const end = new AbortController();
    const due = setTimeout(() => end.abort(), ms);
    try {
      for (let inbox = known; ; inbox = undefined) {
        const status = await this.openInbox(inbox);
        if (!(await this.tellsNews(AbortSignal.any([this.signal, end.signal])))) return status;
        if (!this.watched.polled) this.watched.missed = 0;
        await pause(GATHER_MS, undefined, { signal: this.signal });
        await this.look();
      }
    } finally {
      clearTimeout(due);
    }
  }

  /** IDLE, or NOOP from time to time. @returns false without news until `stop` */
  private async tellsNews(stop: AbortSignal): Promise<boolean> {
    const news = new AbortController();
    const pollMs = this.times.poll / 2;
    await this.imap.idle(() => news.abort(), AbortSignal.any([stop, news.signal]), { pollMs });
    this.signal.throwIfAborted();
    return news.signal.aborted;
  }

  /**
   * Opens the inbox for IDLE. Changes since the last look are no news of IDLE: there is another look. Without
   * mod-sequences no status shows changed flags; only an inbox that stays open since its look tells them.
   */
  private async openInbox(known: FolderStatus | undefined): Promise<FolderStatus | undefined> {
    // Checks leave the inbox open, and the server goes on telling its news.
    if (known && this.imap.isOpen('INBOX')) return known;
    const status = known ?? (await this.statusOfInbox());
    if (status && this.isAsLookedAt() && !(await this.hasChanged(status))) return status;
    const opened = await this.imap.open('INBOX');
    if (opened.highestModseq !== null) {
      if (known && isSameStatus(known, opened)) return status;
      if (!(await this.hasChanged(opened))) return status;
    }
    await this.look();
    const after = await this.statusOfInbox();
    if (!this.isAsLookedAt()) await this.imap.open('INBOX');
    return after;
  }

  /** The inbox is open since the last look, and the server told nothing new of it. */
  private isAsLookedAt(): boolean {
    return this.imap.isOpen('INBOX') && this.imap.told === this.toldBeforeLook;
  }

  private async statusOfInbox(): Promise<FolderStatus | undefined> {
    return (await this.imap.statuses(['INBOX'])).get('INBOX');
  }

  private async hasChanged(opened: FolderStatus | OpenFolder): Promise<boolean> {
    const last = await this.parts.looks.last(inboxIdOf(this.accountId));
    const uidValidity = uidValidityOf(this.open.mailbox, opened.uidValidity);
    return !last || !isSameStatus(last, { ...opened, uidValidity });
  }

  /** Looks under the lease of the account, so that no other worker changes the mailbox meanwhile. */
  private async look(): Promise<void> {
    const { accountId, imap, open, signal, watched } = this;
    const { fetchRun, platform } = this.parts;
    for (;;) {
      const [lease] = await platform.leases.take(FETCHING, [accountId]);
      if (lease) {
        try {
          this.toldBeforeLook = imap.told;
          watched.paths = await fetchRun.look(imap, accountId, open, AbortSignal.any([signal, lease.lost]));
          watched.lookedAt = performance.now();
          return;
        } finally {
          await lease.release();
        }
      }
      await pause(HELD_PAUSE_MS, undefined, { signal });
    }
  }
}
