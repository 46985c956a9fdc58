import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { accountStream } from '../accounts/account.events.js';
import { account, type OpenAccount } from '../accounts/account.fold.js';
import type { Imap } from '../mail/servers/imap.js';
import { MailServerFailure } from '../mail/servers/servers.js';
import { ServerFolders } from '../mailboxes/folders/server-folders.js';
import { MailboxConnections } from '../mailboxes/mailbox-connections.js';
import { DestroyMessages } from '../messages/destroy-messages.js';
import { DraftCopies, type DraftCopy } from '../messages/draft-copies.js';
import { BlobDamaged, BlobMissing } from '../platform/blobs/blob-format.js';
import { bySystem, Decide, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { outageBehind } from '../platform/followers/outages.js';
import type { Attempt } from '../platform/followers/work.js';
import { reached } from '../platform/steps.js';
import { DraftMail } from './draft-mail.js';
import { DraftRows, type StoredDraft } from './draft-rows.js';
import { DraftsFolder, type OpenedFolder } from './drafts-folder.js';
import { FoundDrafts } from './found-drafts.js';
import { LeftDrafts } from './left-drafts.js';

/** Keeps the newest content of each draft of an account on its mail server, and takes away all earlier copies. */
@Injectable()
export class DraftCopyRun {
  constructor(
    private readonly decide: Decide,
    private readonly commands: CommandBus,
    private readonly rows: DraftRows,
    private readonly copies: DraftCopies,
    private readonly mail: DraftMail,
    private readonly found: FoundDrafts,
    private readonly left: LeftDrafts,
    private readonly connections: MailboxConnections,
    private readonly folders: ServerFolders,
  ) {}

  /** All that is due for the account, on one connection. Failures of its server become a state of its drafts. */
  async run(accountId: string, { signal, knows }: Attempt): Promise<void> {
    const { state, position } = await this.decide.load(accountStream(accountId), account);
    knows(position);
    const origin = bySystem('draft-worker', accountId);
    await this.left.settle(accountId, origin);
    const gone = await this.found.goneOf(accountId);
    if (gone.length > 0) await this.commands.execute(new DestroyMessages(accountId, gone, 'draft-gone', origin));
    const due = await this.rows.dueOf(accountId);
    if (due.length === 0) return;
    if (state.status !== 'open' || state.settings.sendOnly) {
      await this.rows.withoutCopies(accountId);
      await this.copies.removeOfAccount(accountId);
      return;
    }
    let imap: Imap | undefined;
    try {
      imap = await this.connections.open(accountId, state, signal);
      const folder = await DraftsFolder.of(imap, accountId, state, this.folders);
      for (const draftId of due) {
        signal.throwIfAborted();
        await this.one(imap, folder, state, draftId, origin);
      }
    } catch (error) {
      if (signal.aborted || outageBehind(error)) throw error;
      await this.rows.copyFailed(due, reasonOf(error));
    } finally {
      await imap?.close();
    }
  }

  private async one(
    imap: Imap,
    folder: DraftsFolder,
    open: OpenAccount,
    draftId: string,
    origin: Origin,
  ): Promise<void> {
    try {
      const draft = await this.rows.find(draftId);
      if (draft) await this.keep(imap, folder, open, draft, origin);
      const rest = (await this.copies.ofDraft(draftId)).filter(({ state }) => !draft || state === 'old');
      await this.removeAll(imap, folder, rest);
      if (!draft) await this.rows.clear([draftId]);
    } catch (error) {
      if (imap.lost || outageBehind(error)) throw error;
      await this.rows.copyFailed([draftId], reasonOf(error));
    }
  }

  private async keep(
    imap: Imap,
    folder: DraftsFolder,
    open: OpenAccount,
    draft: StoredDraft,
    origin: Origin,
  ): Promise<void> {
    await this.resolve(imap, folder, draft.id);
    const { revision, id: draftId, accountId } = draft;
    if ((await this.copies.ofDraft(draftId)).some((copy) => copy.state === 'kept' && copy.revision >= revision)) return;
    const { header, raw, bodyHash } = await this.mail.compose(draft, open);
    const { path, folderId, uidValidity } = await folder.forDrafts();
    await this.noteChanges(imap, folder, draftId, origin);
    await folder.forDrafts();
    const copy = { draftId, accountId, revision, header, bodyHash, folderId, uidValidity, uid: null };
    const id = await this.copies.add({ ...copy, state: 'storing' });
    reached('draft-copy.before-append');
    const at = await imap.append(path, raw, { flags: ['\\Draft', '\\Seen'], receivedAt: draft.savedAt });
    reached('draft-copy.appended');
    const uid = at?.uid ?? (await imap.withMessageId(header))[0] ?? null;
    await this.copies.kept({ ...copy, id, state: 'storing' }, uid);
    reached('draft-copy.kept');
  }

  /** Copies that a killed attempt may have stored: their Message-ID tells. */
  private async resolve(imap: Imap, folder: DraftsFolder, draftId: string): Promise<void> {
    const storing = (await this.copies.ofDraft(draftId)).filter(({ state }) => state === 'storing');
    for (const copy of storing) {
      const opened = await folder.byId(copy.folderId);
      const [uid, ...more] = opened && copy.header !== null ? await imap.withMessageId(copy.header) : [];
      if (uid === undefined || !opened) {
        await this.copies.remove([copy.id]);
        await this.rows.notCopied(draftId);
        continue;
      }
      await this.copies.kept({ ...copy, uidValidity: opened.uidValidity }, uid);
      for (const other of more) await this.copies.add({ ...copy, uid: other, state: 'old' });
    }
  }

  /** The draft of another program that was taken over here is gone already: both sides have changed it. */
  private async noteChanges(imap: Imap, folder: DraftsFolder, draftId: string, origin: Origin): Promise<void> {
    const taken = (await this.copies.ofDraft(draftId)).filter(
      ({ header, state }) => header === null && state === 'old',
    );
    for await (const [opened, copies] of this.byFolder(folder, taken)) {
      const there = new Set(opened ? await imap.listed(copies.map(({ uid }) => uid!)) : []);
      const gone = copies.filter(({ uid }) => !there.has(uid!));
      if (gone.length === 0) continue;
      await this.left.conflict(draftId, origin);
      await this.copies.remove(gone.map(({ id }) => id));
    }
  }

  /** Exactly these messages. A copy without a UID is found by its Message-ID. */
  private async removeAll(imap: Imap, folder: DraftsFolder, all: readonly DraftCopy[]): Promise<void> {
    for await (const [opened, copies] of this.byFolder(folder, all)) {
      const uids: number[] = [];
      for (const { uid, header } of opened ? copies : [])
        if (uid !== null) uids.push(uid);
        else if (header !== null) uids.push(...(await imap.withMessageId(header)));
      const removed = uids.length > 0 ? await imap.remove(uids) : 'expunged';
      reached('draft-copy.removed');
      if (removed === 'expunged') await this.copies.remove(copies.map(({ id }) => id));
      else for (const { id } of copies) await this.copies.put(id, { state: 'removed' });
    }
  }

  /** By opened folder; undefined: the folder is gone, or has other UIDs now. The last opened folder stays open. */
  private async *byFolder(
    folder: DraftsFolder,
    all: readonly DraftCopy[],
  ): AsyncGenerator<[OpenedFolder | undefined, DraftCopy[]]> {
    for (const copies of Map.groupBy(all, ({ folderId, uidValidity }) => `${folderId} ${uidValidity}`).values()) {
      const opened = await folder.byId(copies[0]!.folderId);
      yield [opened?.uidValidity === copies[0]!.uidValidity ? opened : undefined, copies];
    }
  }
}

/** @throws the error, unless it is about this draft or its server */
function reasonOf(error: unknown): string {
  if (error instanceof MailServerFailure || error instanceof Refused) return error.reason;
  if (error instanceof BlobMissing || error instanceof BlobDamaged) return 'file-damaged';
  throw error;
}
