import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../accounts/account.events.js';
import { MailFolderSettings } from '../../accounts/mail-folder-settings.js';
import type { Imap } from '../../mail/servers/imap.js';
import type { Folder } from '../../mail/servers/imap-folders.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { poolOf } from '../../platform/database/database.js';
import { reached } from '../../platform/steps.js';
import {
  folderOf,
  type Folders,
  folders,
  foldersByPath,
  foldersIn,
  formerFolder,
  type KnownFolder,
} from '../folders.fold.js';
import { folderIdOf } from '../mailbox.events.js';
import {
  type FormerFolder,
  type Look,
  lookAtFolders,
  onRecord,
  type OwnChanges,
  type SeenFolder,
} from './folder.decider.js';
import { type FoldersEvent, foldersStream, folderStream } from './folder.events.js';
import { FolderRenames } from './folder-renames.js';
import { folderAccountsTable } from './folder-accounts.js';

/** Facts of one append. */
const MOST_AT_ONCE = 500;
/** Looks in a row at folders that people change at the same moment. */
const MOST_LOOKS = 3;

export interface MailboxAccount {
  accountId: string;
  settings: Settings;
  /** number of the mailbox (`OpenAccount.mailbox`) */
  mailbox: number;
}

/** Records the folders that the server has. */
@Injectable()
export class ServerFolders {
  constructor(
    private readonly decide: Decide,
    private readonly database: DataSource,
    private readonly renames: FolderRenames,
    private readonly settings: MailFolderSettings,
  ) {}

  /**
   * Lists the folders and records their changes. A person may change folders at the same moment: then it lists again.
   * @param own changes of the caller: its folders need no comparison
   * @param absent paths that the server lists and cannot open, as it told
   * @returns the folders on the server
   * @throws MailServerFailure
   */
  async look(
    imap: Imap,
    account: MailboxAccount,
    origin: Origin,
    own: OwnChanges = {},
    absent: ReadonlySet<string> = new Set(),
  ): Promise<KnownFolder[]> {
    const stream = foldersStream(account.accountId);
    for (let looks = 1; ; looks++) {
      const { state } = await this.decide.load(stream, folders);
      const former = await this.former(account.accountId);
      const listed = await this.withoutAbsent(imap, await imap.folders(), onRecord(state, former), absent);
      const seen = listed.map((each) => seenAs(each, account.settings, imap.prefix));
      const renamed = await this.renamed(imap, account, onRecord(state, former), seen, own);
      await this.followSettings(account.accountId, state, former, renamed, origin);
      reached('folders.compared');
      const after = await this.record(account.accountId, { seen, former, renamed, own }, state, origin);
      if (!after && looks < MOST_LOOKS) continue;
      return [...foldersByPath(after ?? (await this.decide.load(stream, folders)).state).values()];
    }
  }

  async lookByPath(imap: Imap, account: MailboxAccount, origin: Origin): Promise<Map<string, KnownFolder>> {
    return new Map((await this.look(imap, account, origin)).map((each) => [each.path, each]));
  }

  /** Ids of folders that are gone from the server, or that can hold no mail there. */
  async gone(accountId: string): Promise<string[]> {
    const { state } = await this.decide.load(foldersStream(accountId), folders);
    return foldersIn(state).flatMap(({ id, onServer, selectable }) => (onServer && selectable ? [] : [id]));
  }

  /** The id of each folder on record by its path, also before the first look of this release. */
  async idsByPath(accountId: string): Promise<(path: string) => string> {
    const { state } = await this.decide.load(foldersStream(accountId), folders);
    const byPath = foldersByPath(state);
    return (path) => byPath.get(path)?.id ?? folderIdOf(accountId, path);
  }

  /** True for a folder on the server, as far as it is on record. */
  async has(accountId: string, folderId: string): Promise<boolean> {
    const { state } = await this.decide.load(foldersStream(accountId), folders);
    const known = folderOf(state, folderId);
    if (known) return known.onServer && known.selectable;
    return (await this.decide.load(folderStream(folderId), formerFolder)).state === accountId;
  }

  /**
   * Dovecot lists a removed folder that has folders below like one that can be opened. Such a folder only contains
   * folders, from the first refusal until the server tells its status again.
   */
  private async withoutAbsent(
    imap: Imap,
    listed: readonly Folder[],
    before: readonly KnownFolder[],
    absent: ReadonlySet<string>,
  ): Promise<Folder[]> {
    const closed = new Set(before.flatMap(({ path, onServer, selectable }) => (onServer && !selectable ? [path] : [])));
    const doubtful = listed.filter(({ path, selectable }) => selectable && (closed.has(path) || absent.has(path)));
    const there = doubtful.length > 0 ? await imap.statuses(doubtful.map(({ path }) => path)) : new Map();
    return listed.map((each) =>
      doubtful.includes(each) && !there.has(each.path) ? { ...each, selectable: false } : each,
    );
  }

  /** @returns undefined if others wrote to the stream since `before` */
  private async record(accountId: string, look: Look, before: Folders, origin: Origin): Promise<Folders | undefined> {
    let expected = before.facts;
    for (;;) {
      let left: FoldersEvent[] = [];
      const { state, written } = await this.decide.on(foldersStream(accountId), folders, origin, (now) => {
        left = now.facts === expected ? lookAtFolders(now, accountId, look) : [];
        return left.slice(0, MOST_AT_ONCE);
      });
      if (state.facts !== expected + written) return undefined;
      expected = state.facts;
      if (left.length <= MOST_AT_ONCE) return state;
    }
  }

  private async renamed(
    imap: Imap,
    { mailbox }: MailboxAccount,
    before: readonly KnownFolder[],
    seen: readonly SeenFolder[],
    { ids: known = new Map() }: OwnChanges,
  ): Promise<Map<string, string>> {
    const listed = new Set(seen.map(({ path }) => path));
    const here = before.filter(({ onServer }) => onServer);
    const there = new Set(here.map(({ path }) => path));
    const vanished = here.filter(({ path }) => !listed.has(path));
    const appeared = seen.filter(({ path }) => !there.has(path));
    // Another worker may have recorded the path under a new id meanwhile.
    const free = new Set(before.filter(({ onServer, path }) => !onServer || !listed.has(path)).map(({ id }) => id));
    const certain = seen.flatMap(({ path }): [string, string][] => {
      const id = known.get(path);
      return id !== undefined && free.has(id) ? [[path, id]] : [];
    });
    const [ids, paths] = [new Set(certain.map(([, id]) => id)), new Set(certain.map(([path]) => path))];
    const others = await this.renames.among(
      imap,
      vanished.filter(({ id }) => !ids.has(id)),
      appeared.filter(({ path }) => !paths.has(path)),
      mailbox,
    );
    return new Map([...certain, ...others]);
  }

  /** First the settings: after a crash, the folder is recognised again, and its path in them is new already. */
  private followSettings(
    accountId: string,
    state: Folders,
    former: readonly FormerFolder[],
    renamed: ReadonlyMap<string, string>,
    origin: Origin,
  ): Promise<void> {
    const byId = new Map(onRecord(state, former).map((each) => [each.id, each.path]));
    const paths = new Map([...renamed].map(([path, id]) => [byId.get(id)!, path]));
    return this.settings.follow(accountId, paths, origin);
  }

  private async former(accountId: string): Promise<FormerFolder[]> {
    const { rows } = await poolOf(this.database).query<FormerFolder>(
      `select id, path, name, role, fetched from ${folderAccountsTable.name} where "accountId" = $1 and "isFormer"`,
      [accountId],
    );
    return rows;
  }
}

/** The settings of the account for Sent and Drafts count first; other folders keep their roles beside these. */
function seenAs(
  { path, name, delimiter, role, selectable, foreign }: Folder,
  { sentFolder, draftsFolder }: Settings,
  prefix: string,
): SeenFolder {
  const seen = { path, name, delimiter, selectable, prefix };
  if (path === sentFolder) return { ...seen, role: 'sent', foreign: false };
  if (path === draftsFolder) return { ...seen, role: 'drafts', foreign: false };
  return { ...seen, role: role === 'all' ? null : role, foreign };
}
