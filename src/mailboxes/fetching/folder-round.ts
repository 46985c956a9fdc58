import type { OpenAccount } from '../../accounts/account.fold.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import type { Origin } from '../../platform/commands/decide.js';
import { reached } from '../../platform/steps.js';
import type { KnownFolder } from '../folders.fold.js';
import type { ServerFolders } from '../folders/server-folders.js';
import { type FolderRole, inboxIdOf } from '../mailbox.events.js';
import type { FetchProgress } from './fetch.decider.js';
import type { FolderIntake, LookedAt } from './folder-intake.js';
import type { FolderComparison } from '../looking/folder-comparison.js';
import type { UnfetchedFolder } from '../looking/unfetched-folder.js';
import type { Places } from '../placing/places.js';
import { Suspects } from './suspects.js';
import { Patience } from './patience.js';

interface ListedFolder {
  folderId: string;
  path: string;
  role: FolderRole;
}

/** Connections that may break while the server opens and lists one folder, before that folder counts as failed. */
const BREAKS_PER_FOLDER = 2;

/**
 * The folders of one fetch, one after the other, over any number of connections. A folder that fails is recorded, and
 * the next one is taken in; each fetch tries all folders again.
 */
export class FolderRound {
  /** ids of the folders that are done or failed */
  private readonly over = new Set<string>();
  private readonly compared = new Set<string>();
  private readonly breaks = new Map<string, number>();
  private readonly suspects = new Map<string, Suspects>();
  private readonly looked: LookedAt[] = [];
  private fetched: readonly ListedFolder[] = [];
  private unfetched: readonly ListedFolder[] = [];
  private moves = 0;
  private readonly patience = new Patience();
  private inboxFailure: MailServerFailure | undefined;
  private listFailure: MailServerFailure | undefined;

  constructor(
    private readonly serverFolders: ServerFolders,
    private readonly intake: FolderIntake,
    private readonly places: Places,
    private readonly others: UnfetchedFolder,
    private readonly comparison: FolderComparison,
    private readonly fetch: { accountId: string; fetchId: string | null },
    private readonly origin: Origin,
    private readonly report: (progress: FetchProgress) => Promise<void>,
  ) {}

  /** Grows with each folder that is done or failed, and with each move of a cursor over further messages. */
  get progress(): number {
    return this.over.size + this.moves;
  }

  /** Of the folders of the last round. */
  get paths(): readonly string[] {
    return [...this.fetched, ...this.unfetched].map(({ path }) => path);
  }

  /**
   * @param between called between two chunks of a folder; true: it gave wishes
   * @throws MailServerFailure of the connection, for the caller to connect again; after all folders, the failure of the
   * inbox or of the list
   */
  async takeInAll(
    imap: Imap,
    account: OpenAccount,
    signal: AbortSignal,
    between: () => Promise<boolean>,
  ): Promise<void> {
    const { settings, mailbox } = account;
    const { fetched, unfetched } = await this.folders(imap, account);
    this.fetched = fetched;
    this.unfetched = unfetched;
    if (this.fetch.fetchId === null) {
      const { accountId } = this.fetch;
      for (const id of await this.comparison.unchanged(imap, accountId, [...fetched, ...unfetched], {
        mailbox,
        fetchSince: settings.fetchSince,
      }))
        this.over.add(id);
    }
    for (const each of fetched) {
      if (this.over.has(each.folderId)) continue;
      signal.throwIfAborted();
      this.patience.check();
      let listed = false;
      try {
        const target = { ...this.fetch, ...each, settings, mailbox };
        const looked = await this.intake.takeIn(imap, target, this.origin, signal, {
          compared: (...counts) => {
            listed = true;
            return this.compare(each, ...counts);
          },
          advanced: () => void (this.moves += 1),
          between,
          patience: this.patience,
          suspects: this.suspectsOf(each),
        });
        this.looked.push(looked);
      } catch (error) {
        if (!(error instanceof MailServerFailure) || signal.aborted) throw error;
        if (imap.lost) {
          if (!listed && this.countBreak(each) >= BREAKS_PER_FOLDER) await this.fail(each, error);
          throw error;
        }
        if (error.tellsAbsence) await this.close(imap, account, each);
        await this.fail(each, error);
      }
      this.over.add(each.folderId);
    }
    await this.lookAtUnfetched(imap, mailbox, signal);
    await this.recordLeft();
    const failure = this.inboxFailure ?? this.listFailure;
    if (failure) throw failure;
  }

  /** Trash and junk of the server: mail that another program deleted lies there. */
  private async lookAtUnfetched(imap: Imap, mailbox: number, signal: AbortSignal): Promise<void> {
    const { accountId } = this.fetch;
    for (const { folderId, path } of this.unfetched) {
      if (this.over.has(folderId)) continue;
      signal.throwIfAborted();
      try {
        this.looked.push(await this.others.look(imap, { accountId, folderId, path, mailbox }, this.origin));
      } catch (error) {
        if (!(error instanceof MailServerFailure) || imap.lost || signal.aborted) throw error;
      }
      this.over.add(folderId);
    }
  }

  /** After all folders were looked at: a message that left one folder may lie in another one now. */
  private async recordLeft(): Promise<void> {
    for (const looked of this.looked.splice(0)) {
      for (const { cause, places, ...where } of looked.left) await this.places.leave(where, cause, places, this.origin);
      reached('look.left-recorded');
      await looked.end();
    }
    const { accountId } = this.fetch;
    const gone = await this.serverFolders.gone(accountId);
    for (const shelf of await this.places.shelvesOf(gone)) {
      await this.comparison.forget(shelf.folderId);
      await this.places.leave({ accountId, ...shelf }, 'folder-gone', 'all', this.origin);
    }
  }

  /** Records the folders of the server. The folders to fetch: the inbox, then sent mail, then the rest. */
  private async folders(
    imap: Imap,
    account: OpenAccount,
  ): Promise<{ fetched: ListedFolder[]; unfetched: ListedFolder[] }> {
    const { accountId } = this.fetch;
    if (this.listFailure)
      return { fetched: [{ folderId: inboxIdOf(accountId), path: 'INBOX', role: 'inbox' }], unfetched: [] };
    const { settings, mailbox } = account;
    const found = await this.serverFolders
      .look(imap, { accountId, settings, mailbox }, this.origin)
      .catch((error: unknown) => {
        if (error instanceof MailServerFailure && error.reason === 'too-many-folders') this.listFailure = error;
        throw error;
      });
    reached('fetch.folders-seen');
    const listed = (some: readonly KnownFolder[]): ListedFolder[] =>
      some.map(({ id: folderId, path, role }) => ({ folderId, path, role }));
    const unfetched = found.filter(({ fetched, selectable, foreign }) => !fetched && selectable && !foreign);
    await this.comparison.remember(imap, accountId, listed(unfetched.filter((each) => !isOutOfSight(each))), mailbox);
    const rank = ({ role }: ListedFolder): number => (role === 'inbox' ? 0 : role === 'sent' ? 1 : 2);
    return {
      fetched: listed(found.filter(({ fetched }) => fetched)).toSorted((a, b) => rank(a) - rank(b)),
      unfetched: listed(found.filter(isOutOfSight)),
    };
  }

  private async compare(
    { folderId, path }: ListedFolder,
    listed: number,
    found: number,
    unlisted: number,
  ): Promise<void> {
    if (this.compared.has(folderId)) return;
    this.compared.add(folderId);
    const { accountId, fetchId } = this.fetch;
    if (fetchId === null) return;
    const gap = unlisted > 0 ? { unlisted } : {};
    const data = { accountId, fetchId, folderId, path, onServer: listed + unlisted, found, ...gap };
    await this.report({ type: 'FolderCompared', data });
  }

  /** Records that a folder that the server lists cannot be opened, so that the next rounds leave it out. */
  private async close(imap: Imap, { settings, mailbox }: OpenAccount, { path, role }: ListedFolder): Promise<void> {
    if (role === 'inbox') return;
    const account = { accountId: this.fetch.accountId, settings, mailbox };
    await this.serverFolders.look(imap, account, this.origin, {}, new Set([path]));
  }

  private async fail({ folderId, path, role }: ListedFolder, failure: MailServerFailure): Promise<void> {
    const { reason, detail } = failure;
    const { accountId, fetchId } = this.fetch;
    if (fetchId !== null)
      await this.report({ type: 'FolderFailed', data: { accountId, fetchId, folderId, path, reason, detail } });
    this.over.add(folderId);
    if (role === 'inbox') this.inboxFailure = failure;
  }

  private suspectsOf({ folderId }: ListedFolder): Suspects {
    const suspects = this.suspects.get(folderId) ?? new Suspects();
    this.suspects.set(folderId, suspects);
    return suspects;
  }

  private countBreak({ folderId }: ListedFolder): number {
    const breaks = (this.breaks.get(folderId) ?? 0) + 1;
    this.breaks.set(folderId, breaks);
    return breaks;
  }
}

/** Trash and junk of the server, unless a person chose to fetch them. */
const isOutOfSight = ({ role, foreign, fetched, selectable }: KnownFolder): boolean =>
  !fetched && selectable && !foreign && (role === 'trash' || role === 'junk');
