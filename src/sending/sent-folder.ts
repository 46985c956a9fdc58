import { Injectable } from '@nestjs/common';
import type { OpenAccount } from '../accounts/account.fold.js';
import type { Imap } from '../mail/servers/imap.js';
import type { Folder } from '../mail/servers/imap-folders.js';
import { MailboxConnections } from '../mailboxes/mailbox-connections.js';
import { uidValidityOf } from '../mailboxes/folders/cursor.decider.js';
import { ServerFolders } from '../mailboxes/folders/server-folders.js';
import type { Place } from '../messages/message.events.js';

/** The folder of an account for its sent messages, on the server. */
@Injectable()
export class SentFolder {
  constructor(
    private readonly connections: MailboxConnections,
    private readonly folders: ServerFolders,
  ) {}

  /** True if the folder holds a message with this Message-ID. @throws MailServerFailure */
  has(accountId: string, open: OpenAccount, header: string, signal: AbortSignal): Promise<boolean> {
    return this.with(accountId, open, signal, async (imap) => {
      const path = await this.path(imap, open);
      return path !== null && (await this.find(imap, path, header)).length > 0;
    });
  }

  /** Runs `work` on a connection of its own. @throws MailServerFailure */
  async with<T>(
    accountId: string,
    open: OpenAccount,
    signal: AbortSignal,
    work: (imap: Imap) => Promise<T>,
  ): Promise<T> {
    const imap = await this.connections.open(accountId, open, signal);
    try {
      return await work(imap);
    } finally {
      await imap.close();
    }
  }

  /** UIDs in the folder. @throws MailServerFailure */
  async find(imap: Imap, path: string, header: string): Promise<number[]> {
    await imap.open(path, { write: true });
    return imap.withMessageId(header);
  }

  /** Path of the folder: that of the account's setting, else the one that the server or its name calls Sent. */
  async path(imap: Imap, { settings: { sentFolder } }: OpenAccount): Promise<string | null> {
    const all = (await imap.folders()).filter(({ selectable, foreign }: Folder) => selectable && !foreign);
    const chosen = all.find(({ path }) => path === sentFolder) ?? all.find(({ role }) => role === 'sent');
    return chosen?.path ?? null;
  }

  /** As `path`; a server without such a folder gets one. @throws MailServerFailure */
  async pathToWrite(imap: Imap, open: OpenAccount): Promise<string> {
    const known = await this.path(imap, open);
    if (known !== null) return known;
    const made = open.settings.sentFolder ?? `${imap.prefix}Sent`;
    await imap.createFolder(made);
    return made;
  }

  /** The place as facts name it: UIDs of another mail server of the account are other places. */
  async placeOf(
    accountId: string,
    { mailbox }: OpenAccount,
    path: string,
    at: Pick<Place, 'uidValidity' | 'uid'>,
  ): Promise<Place> {
    const folderId = (await this.folders.idsByPath(accountId))(path);
    return { folderId, uid: at.uid, uidValidity: uidValidityOf(mailbox, at.uidValidity) };
  }
}
