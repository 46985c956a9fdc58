import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { accountStream } from '../../accounts/account.events.js';
import { account, type AccountLogin, type OpenAccount } from '../../accounts/account.fold.js';
import { ConnectionNews } from '../../accounts/connection/connection-news.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServers } from '../../mail/servers/mail-servers.js';
import { type Credentials, MailServerFailure } from '../../mail/servers/servers.js';
import { MailLogins } from '../../accounts/sign-in/mail-logins.js';
import { Refused } from '../../platform/domain.js';
import { bySystem, Decide, type Origin } from '../../platform/commands/decide.js';
import { outageBehind } from '../../platform/followers/outages.js';
import { type Attempt, WorkLater } from '../../platform/followers/work.js';
import { reached } from '../../platform/steps.js';
import type { Platform } from '../../platform/open-platform.js';
import { PLATFORM } from '../../platform/platform.module.js';
import { type FetchProgress, mayFetch, reportFetch } from './fetch.decider.js';
import { type Fetches, fetches } from '../fetch.fold.js';
import { WishRun } from '../wishes/wish-run.js';
import { FolderComparison } from '../looking/folder-comparison.js';
import { UnfetchedFolder } from '../looking/unfetched-folder.js';
import { Places } from '../placing/places.js';
import { isRefusedToken, MailboxConnections } from '../mailbox-connections.js';
import { FolderIntake } from './folder-intake.js';
import { FolderRound } from './folder-round.js';
import { GivingMeanwhile } from './giving-meanwhile.js';
import { ServerFolders } from '../folders/server-folders.js';
import { type FetchEvent, fetchesStream } from '../mailbox.events.js';

/** New connections without progress in a row. Messages with a disposition are not fetched again. */
const RECONNECTS = 3;
/** After so many commands without an answer, the fetch ends: the slot is for other accounts. */
const MAX_STALLS = 3;
const RECONNECT_PAUSE_MS = 500;
/** after a connection that brought the fetch on: some servers end each connection after a few messages */
const SHORT_PAUSE_MS = 50;
/** Rests of an account with wishes that its server does not take. */
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 60 * 60_000;
const PASSING: ReadonlySet<string> = new Set(['connection-lost', 'timed-out', 'temporarily-refused']);

/** Runs one fetch of one account, from its login to its last message. */
@Injectable()
export class FetchRun {
  /** failures in a row to give wishes, by account */
  private readonly givingFailed = new Map<string, number>();

  constructor(
    private readonly decide: Decide,
    private readonly logins: MailLogins,
    private readonly servers: MailServers,
    private readonly connections: MailboxConnections,
    private readonly intake: FolderIntake,
    private readonly serverFolders: ServerFolders,
    private readonly connection: ConnectionNews,
    private readonly places: Places,
    private readonly others: UnfetchedFolder,
    private readonly comparison: FolderComparison,
    private readonly wishes: WishRun,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  /**
   * Records the end of the fetch. After an abort of the attempt, or during an outage, the fetch stays open: the next
   * attempt continues it.
   * @throws the reason of the abort, the error of the outage
   */
  async run(accountId: string, fetchId: string, attempt: Attempt): Promise<void> {
    reached('fetch.leased');
    const { state: running } = await this.decide.load(fetchesStream(accountId), fetches);
    if (running.running !== fetchId) return;
    const origin = bySystem('mail-worker', fetchId);
    const report = async (progress: FetchProgress): Promise<void> => {
      await this.decide.on<Fetches, FetchEvent>(fetchesStream(accountId), fetches, origin, (state) =>
        reportFetch(state, progress),
      );
    };
    const latest: { tried?: AccountLogin } = {};
    try {
      await this.fetchAll(accountId, fetchId, origin, latest, report, attempt);
      await report({ type: 'FetchFinished', data: { accountId, fetchId } });
      reached('fetch.finished');
    } catch (error) {
      if (attempt.signal.aborted || outageBehind(error)) throw error;
      const [reason, detail] = await this.explain(error, accountId, latest.tried, origin);
      await report({ type: 'FetchFailed', data: { accountId, fetchId, reason, detail } });
    }
  }

  /**
   * Gives the pending wishes to the server, without a fetch that a person sees. An account that the server refuses is
   * tried again after long pauses, or after a change of its settings.
   * @throws WorkLater
   */
  async giveWishes(accountId: string, { signal, knows }: Attempt): Promise<void> {
    let tried: OpenAccount | undefined;
    let imap: Imap | undefined;
    try {
      tried = await this.accountToFetch(accountId, knows);
      imap = await this.connections.open(accountId, tried, signal);
      await this.connection.accepted(accountId, tried, bySystem('mail-worker', accountId));
      await this.applyAll(imap, accountId, tried, signal);
      this.givingFailed.delete(accountId);
    } catch (error) {
      if (signal.aborted || outageBehind(error)) throw error;
      if (!(error instanceof MailServerFailure) && !(error instanceof Refused)) throw error;
      if (tried && error instanceof MailServerFailure)
        await this.connection.failed(accountId, tried, error, bySystem('mail-worker', accountId));
      const failures = (this.givingFailed.get(accountId) ?? 0) + 1;
      this.givingFailed.set(accountId, failures);
      throw new WorkLater(Math.min(FIRST_REST_MS * 2 ** (failures - 1), LONGEST_REST_MS), error.reason);
    } finally {
      await imap?.close();
    }
  }

  /**
   * Looks at all folders, without a fetch that a person sees: records the changes, and nothing else.
   * @returns the paths of these folders
   */
  async look(imap: Imap, accountId: string, open: OpenAccount, signal: AbortSignal): Promise<readonly string[]> {
    await this.applyAll(imap, accountId, open, signal);
    return this.quietRound(imap, accountId, open, signal);
  }

  /** All pending wishes; looks between them find messages that moved without a word about their new UIDs. */
  private async applyAll(imap: Imap, accountId: string, open: OpenAccount, signal: AbortSignal): Promise<void> {
    const origin = bySystem('mail-worker', accountId);
    const looked = new Set<number>();
    while (await this.wishes.apply(imap, accountId, open, origin, signal, looked))
      await this.quietRound(imap, accountId, open, signal);
  }

  private givingMeanwhile(
    accountId: string,
    open: OpenAccount,
    origin: Origin,
    signal: AbortSignal,
  ): () => Promise<boolean> {
    const connect = (): Promise<Imap> => this.connections.open(accountId, open, signal);
    const giving = new GivingMeanwhile(this.wishes, connect, accountId, open, origin, signal);
    return () => giving.give();
  }

  private async quietRound(
    imap: Imap,
    accountId: string,
    open: OpenAccount,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const origin = bySystem('mail-worker', accountId);
    const quiet = (): Promise<void> => Promise.resolve();
    const round = new FolderRound(
      this.serverFolders,
      this.intake,
      this.places,
      this.others,
      this.comparison,
      { accountId, fetchId: null },
      origin,
      quiet,
    );
    await round.takeInAll(imap, open, signal, this.givingMeanwhile(accountId, open, origin, signal));
    return round.paths;
  }

  private async fetchAll(
    accountId: string,
    fetchId: string,
    origin: Origin,
    latest: { tried?: AccountLogin },
    report: (progress: FetchProgress) => Promise<void>,
    { signal, knows }: Attempt,
  ): Promise<void> {
    const round = new FolderRound(
      this.serverFolders,
      this.intake,
      this.places,
      this.others,
      this.comparison,
      { accountId, fetchId },
      origin,
      report,
    );
    let refused: Credentials | undefined;
    let stalls = 0;
    for (let attempt = 0; ; attempt++) {
      const open = await this.accountToFetch(accountId, knows);
      latest.tried = open;
      const { settings } = open;
      const before = round.progress;
      let credentials: Credentials | undefined;
      let imap: Imap | undefined;
      try {
        credentials = await this.logins.of(accountId, open, refused);
        imap = await this.servers.open(settings.incoming, credentials, signal);
        await this.connection.accepted(accountId, open, origin);
        reached('fetch.logged-in');
        await this.applyAll(imap, accountId, open, signal);
        await round.takeInAll(imap, open, signal, this.givingMeanwhile(accountId, open, origin, signal));
        await this.applyAll(imap, accountId, open, signal);
        return;
      } catch (error) {
        if (credentials && isRefusedToken(error, credentials) && refused === undefined) {
          refused = credentials;
          continue;
        }
        const { reason } = error as { reason?: string };
        const advanced = round.progress > before;
        if (advanced) attempt = 0;
        if (reason === 'stalled') stalls++;
        const again =
          stalls < MAX_STALLS &&
          attempt < RECONNECTS &&
          (isPassing(error) ||
            (error instanceof MailServerFailure && imap?.lost) ||
            (isAboutLogin(error) && !(await this.connection.isInForce(accountId, open))));
        if (!again || signal.aborted) throw error;
        this.platform.logger.info({ accountId, fetchId, reason }, 'connection broke during a fetch, connecting again');
        await pause(advanced ? SHORT_PAUSE_MS : RECONNECT_PAUSE_MS * 2 ** attempt, undefined, { signal });
      } finally {
        await imap?.close();
      }
    }
  }

  private async accountToFetch(accountId: string, knows: Attempt['knows']): Promise<OpenAccount> {
    const { state, position } = await this.decide.load(accountStream(accountId), account);
    knows(position);
    mayFetch(state);
    return state;
  }

  /** Reason and detail of a failed fetch. Failures of a mail server become failures of the connection as well. */
  private async explain(
    error: unknown,
    accountId: string,
    tried: AccountLogin | undefined,
    origin: Origin,
  ): Promise<[reason: string, detail: string]> {
    if (error instanceof MailServerFailure) {
      if (tried) await this.connection.failed(accountId, tried, error, origin);
      return [error.reason, error.detail];
    }
    if (error instanceof Refused) return [error.reason, error.detail ?? ''];
    this.platform.logger.error({ accountId, err: error }, 'fetch failed');
    return ['internal-error', 'The service failed. Ask its operator: the log of the service has the details.'];
  }
}

const isPassing = (error: unknown): boolean => error instanceof MailServerFailure && PASSING.has(error.reason);

/** Includes `password-needed`: a password that was replaced after the account was read is erased from the vault. */
const isAboutLogin = (error: unknown): boolean =>
  error instanceof MailServerFailure || (error instanceof Refused && error.reason === 'password-needed');
