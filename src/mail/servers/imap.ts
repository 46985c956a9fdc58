import type { SearchObject } from 'imapflow';
import { type Abilities, abilitiesOf } from './imap-abilities.js';
import { type Appended, appendMessage } from './imap-append.js';
import type { ImapConnection } from './imap-connection.js';
import { type FlagsAsked, type ListedFlags, listFlags } from './imap-flags.js';
import { createFolder, removeFolder, renameFolder } from './imap-folder-changes.js';
import { type Folder, listFolders } from './imap-folders.js';
import { type IdleTimes, idleUntil } from './imap-idle.js';
import { knowFolder } from './imap-internals.js';
import { connectImap } from './imap-login.js';
import { keepsFlag, markMessages, type Marks } from './imap-marks.js';
import {
  describeMessage,
  type DescribedMessage,
  type FetchedMessage,
  fetchMessages,
  messageBody,
  sizesOf,
} from './imap-messages.js';
import { type Moved, moveMessages, removeMessages } from './imap-moves.js';
import { type SentFields, sentFieldsOf } from './imap-sent-fields.js';
import { type FolderStatus, folderStatuses } from './imap-status.js';
import { type ListedUids, listUids, presentUids } from './imap-uids.js';
import type { ConnectOptions, Credentials, ServerSettings } from './servers.js';
import { commandSets } from './uid-set.js';

export type { DescribedMessage, Envelope, FetchedMessage, KeptMessage } from './imap-messages.js';

/**
 * Connects to an address that the guard allows, verifies TLS for the host's name, and logs in.
 * @throws MailServerFailure, or the reason of `options.signal` after its abort
 */
export async function openMailbox(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<Imap> {
  return new Imap(await connectImap(settings, credentials, options));
}

/** @throws MailServerFailure when the incoming server cannot be reached or refuses the login */
export async function tryIncomingLogin(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<void> {
  await (await connectImap(settings, credentials, options)).close();
}

export interface OpenFolder {
  uidValidity: string;
  /** 1 from a server that does not tell */
  uidNext: number;
  exists: number;
  /** null: the folder has no mod-sequences (RFC 7162) */
  highestModseq: bigint | null;
}

/**
 * One connection to one mailbox. Reading sets no flag. It runs one command at a time: before the next command, the
 * caller reads an iterable to its end or closes the connection.
 * Every method throws MailServerFailure, or the reason of the signal after its abort.
 */
export class Imap {
  /** of the open folder, as the server told it at the opening */
  private highestModseq: bigint | null = null;

  constructor(private readonly connection: ImapConnection) {}

  get abilities(): Abilities {
    return abilitiesOf(this.client);
  }

  /** Before the path of each personal folder but INBOX, such as `INBOX.`; it ends with the delimiter. Often empty. */
  get prefix(): string {
    return this.client.namespaces?.personal[0]?.prefix ?? '';
  }

  /** Between the levels of a personal folder's path; null: the server has no hierarchy of folders. */
  get delimiter(): string | null {
    return this.client.namespaces?.personal[0]?.delimiter || null;
  }

  /** Each path once, and always INBOX. @throws also `too-many-folders`, after closing the connection */
  folders(): Promise<Folder[]> {
    return listFolders(this.connection);
  }

  /** EXAMINE, or SELECT for changes (RFC 9051 §6.3.2). */
  async open(path: string, { write = false }: { write?: boolean } = {}): Promise<OpenFolder> {
    knowFolder(this.client, path);
    const { uidValidity, uidNext, exists, highestModseq, noModseq } = await this.connection.ask(
      'The server does not open the folder',
      () => this.client.mailboxOpen(path, { readOnly: !write }),
    );
    await this.connection.ask('The folder has no UIDVALIDITY', () => Promise.resolve(uidValidity));
    this.highestModseq = noModseq ? null : (highestModseq ?? null) || null;
    return {
      uidValidity: String(uidValidity),
      // Courier tells UIDNEXT in STATUS only; without it, an opening and a status would seem to differ.
      uidNext: uidNext || ((await this.statuses([path])).get(path)?.uidNext ?? 1),
      exists: exists || 0,
      highestModseq: this.highestModseq,
    };
  }

  isOpen(path: string): boolean {
    return this.client.mailbox !== false && this.client.mailbox?.path === path;
  }

  /** Grows with each change of the open folder that the server tells. */
  get told(): number {
    return this.connection.told;
  }

  /** STATUS by path. A folder that the server refuses or does not describe is left out. */
  statuses(paths: readonly string[]): Promise<Map<string, FolderStatus>> {
    return folderStatuses(this.connection, paths);
  }

  /** Flags of the open folder: of all messages, or of those that changed since a mod-sequence of an earlier look. */
  flags(asked: FlagsAsked = {}): Promise<ListedFlags> {
    return listFlags(this.connection, this.highestModseq, asked);
  }

  /** False for a flag that the open folder would forget: `mark` refuses to add it. */
  keepsFlag(flag: string): boolean {
    return keepsFlag(this.connection, flag);
  }

  /** Adds and removes flags in the folder opened with `write`. A repetition changes nothing more. */
  mark(uids: readonly number[], marks: Marks): Promise<void> {
    return markMessages(this.connection, uids, marks);
  }

  /**
   * Moves messages from the folder opened with `write`. Before a repetition after a killed attempt on a server without
   * MOVE, the caller looks for copies in the target folder. @returns null when the server does not tell the new UIDs
   */
  move(uids: readonly number[], path: string): Promise<Moved | null> {
    return moveMessages(this.connection, uids, path);
  }

  /** Removes exactly these messages for good, or only marks them `\\Deleted` where the server has no UIDPLUS. */
  remove(uids: readonly number[]): Promise<'expunged' | 'marked'> {
    return removeMessages(this.connection, uids);
  }

  /** Stores a message in any folder. A repetition stores it again. */
  append(path: string, raw: Buffer, stored: { flags: readonly string[]; receivedAt: Date }): Promise<Appended> {
    return appendMessage(this.connection, path, raw, stored);
  }

  createFolder(path: string): Promise<'created' | 'exists'> {
    return createFolder(this.connection, path);
  }

  /** With the folders below. The server refuses a repetition. */
  renameFolder(from: string, to: string): Promise<void> {
    return renameFolder(this.connection, from, to);
  }

  /** With all mail in it: the caller checks by `statuses` that it has none. A repetition does no harm. */
  removeFolder(path: string): Promise<void> {
    return removeFolder(this.connection, path);
  }

  /** Size and the fields that tell one message from another. UIDs that no longer exist are left out. */
  sentFields(uids: readonly number[]): Promise<SentFields[]> {
    return sentFieldsOf(this.connection, uids);
  }

  /** Tells news of the open folder until `signal` aborts; then other commands may follow. */
  idle(onNews: () => void, signal: AbortSignal, times?: IdleTimes): Promise<void> {
    return idleUntil(this.connection, onNews, signal, times);
  }

  /** UIDs of the open folder. @param since `YYYY-MM-DD`; null: all are wanted */
  async uids(since: string | null = null): Promise<ListedUids> {
    // imapflow may count a folder as empty although mail has arrived; NOOP makes the server report the new count.
    if (this.client.mailbox && !this.client.mailbox.exists)
      await this.connection.ask('The server does not answer', () => this.client.noop().then(() => true));
    return listUids(this.connection, since);
  }

  /** The members of `uids` that the server still has. Tells a deleted message from one that cannot be fetched. */
  async listed(uids: number[]): Promise<number[]> {
    const found = [];
    for (const set of commandSets(uids)) found.push(...(await presentUids(this.connection, set)));
    return found;
  }

  /** UIDs of the messages in the open folder with this Message-ID header, ascending. */
  withMessageId(header: string): Promise<number[]> {
    return this.search({ header: { 'message-id': header } });
  }

  /** UID to RFC822.SIZE in octets, in one command unless the UID set exceeds the length of a command. */
  sizes(uids: number[]): Promise<Map<number, number>> {
    return sizesOf(this.connection, uids);
  }

  /**
   * Messages in the order of arrival, each once, from one FETCH; back-pressure: the next one is read when the caller
   * asks for it. A UID that the server does not list, or answers unreadably, is left out: `listed` tells the two apart.
   * For messages of at most 64 MiB (`MAX_LITERAL_BYTES`): the caller checks `sizes` first. ENVELOPE and BODYSTRUCTURE
   * are not fetched, because the bytes contain both.
   */
  messages(uids: number[]): AsyncIterable<FetchedMessage> {
    return fetchMessages(this.connection, uids);
  }

  /** Null when the server does not list this UID. */
  described(uid: number): Promise<DescribedMessage | null> {
    return describeMessage(this.connection, uid);
  }

  /**
   * The bytes of one message in pieces of at most 1 MiB, so that memory stays flat.
   * @param size octets from `sizes`; servers may report too few, so reading continues to the end, at most 1 MiB further
   * @throws MailServerFailure `refused-by-server` also when the message no longer exists
   */
  body(uid: number, size: number): AsyncIterable<Buffer> {
    return messageBody(this.connection, uid, size);
  }

  /** True once the connection is closed: every further command fails. */
  get lost(): boolean {
    return this.connection.lost;
  }

  /** Never fails. */
  close(): Promise<void> {
    return this.connection.close();
  }

  private get client() {
    return this.connection.client;
  }

  private search(query: SearchObject): Promise<number[]> {
    return this.connection.ask('The server does not search', () => this.client.search(query, { uid: true }));
  }
}
