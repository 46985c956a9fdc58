import type { OpenAccount } from '../accounts/account.fold.js';
import type { Imap } from '../mail/servers/imap.js';
import type { Folder } from '../mail/servers/imap-folders.js';
import { uidValidityOf } from '../mailboxes/folders/cursor.decider.js';
import { ServerFolders } from '../mailboxes/folders/server-folders.js';
import { Refused } from '../platform/domain.js';

/** A folder on the server, open for changes. */
export interface OpenedFolder {
  path: string;
  folderId: string;
  uidValidity: string;
}

/** Opens folders of one account, each when it is needed. */
export class DraftsFolder {
  private opened: OpenedFolder | undefined;
  private readonly paths: ReadonlyMap<string, string>;

  private constructor(
    private readonly imap: Imap,
    private readonly open: OpenAccount,
    private readonly listed: readonly Folder[],
    private readonly idOf: (path: string) => string,
  ) {
    this.paths = new Map(listed.map(({ path }) => [idOf(path), path]));
  }

  static async of(imap: Imap, accountId: string, open: OpenAccount, folders: ServerFolders): Promise<DraftsFolder> {
    const listed = (await imap.folders()).filter(({ selectable, foreign }) => selectable && !foreign);
    return new DraftsFolder(imap, open, listed, await folders.idsByPath(accountId));
  }

  /** The folder of the account's setting, else the one of the server. @throws Refused `no-drafts-folder` */
  async forDrafts(): Promise<OpenedFolder> {
    const { draftsFolder } = this.open.settings;
    const chosen =
      this.listed.find(({ path }) => path === draftsFolder) ?? this.listed.find(({ role }) => role === 'drafts');
    if (!chosen)
      throw new Refused('no-drafts-folder', 'conflict', 'The mail server has no folder for drafts. Choose one.');
    return this.at(chosen.path);
  }

  /** Undefined: the server does not have the folder any more. */
  async byId(folderId: string): Promise<OpenedFolder | undefined> {
    const path = this.paths.get(folderId);
    return path === undefined ? undefined : this.at(path);
  }

  private async at(path: string): Promise<OpenedFolder> {
    if (this.opened?.path !== path) {
      const { uidValidity } = await this.imap.open(path, { write: true });
      this.opened = {
        path,
        folderId: this.idOf(path),
        uidValidity: uidValidityOf(this.open.mailbox, uidValidity),
      };
    }
    return this.opened;
  }
}
