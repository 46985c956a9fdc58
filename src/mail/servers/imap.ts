import type { FetchMessageObject, FetchQueryObject, MessageEnvelopeObject, MessageStructureObject } from 'imapflow';
import { connectImap, type ImapConnection } from './imap-connection.js';
import { type ConnectOptions, type Credentials, MailServerFailure, type ServerSettings } from './servers.js';
import { setsOf } from './uid-set-commands.js';

export type Envelope = MessageEnvelopeObject;
export type Structure = MessageStructureObject;
export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | 'all';

export interface Folder {
  path: string;
  name: string;
  delimiter: string;
  /** as the server tells it (SPECIAL-USE, RFC 6154), else guessed from names that are usual in many languages */
  role: FolderRole | null;
  selectable: boolean;
}

/** What only the server knows of a message. */
export interface KeptMessage {
  uid: number;
  flags: string[];
  /** null: it gives none that is a date */
  internalDate: Date | null;
}

export interface FetchedMessage extends KeptMessage {
  source: Buffer;
}

/** With what it says about bytes that are not all in memory at a time. */
export interface DescribedMessage extends KeptMessage {
  envelope: Envelope | null;
  /** BODYSTRUCTURE */
  structure: Structure | null;
}

const roles: Record<string, FolderRole> = {
  '\\Inbox': 'inbox',
  '\\Sent': 'sent',
  '\\Drafts': 'drafts',
  '\\Trash': 'trash',
  '\\Junk': 'junk',
  '\\Archive': 'archive',
  '\\All': 'all',
};

const PIECE_BYTES = 1024 * 1024;
const keptQuery: FetchQueryObject = { uid: true, flags: true, internalDate: true };

/**
 * Connects to the address that the guard lets through, verifies TLS for the host's name, and logs in.
 * @throws MailServerFailure, or the reason of `options.signal` once that is aborted
 */
export async function openMailbox(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<Imap> {
  return new Imap(await connectImap(settings, credentials, options));
}

/** @throws MailServerFailure when the incoming server cannot be reached or does not take the login */
export async function tryIncomingLogin(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<void> {
  await (await connectImap(settings, credentials, options)).close();
}

/**
 * One connection to one mailbox, reading only: nothing here sets a flag. One command at a time: what an iterable gives must be
 * read to its end, or the connection closed, before the next command. Every method throws MailServerFailure, or the reason of
 * the signal once that is aborted.
 */
export class Imap {
  constructor(private readonly connection: ImapConnection) {}

  async folders(): Promise<Folder[]> {
    const listed = await this.connection.ask('the server does not list its folders', () => this.client.list());
    return listed.map(({ path, name, delimiter, flags, specialUse }) => {
      const closed = ['\\noselect', '\\nonexistent'];
      const selectable = ![...flags].some((flag) => closed.includes(flag.toLowerCase()));
      return { path, name, delimiter, role: roles[specialUse ?? ''] ?? null, selectable };
    });
  }

  /** EXAMINE (RFC 9051 §6.3.3). */
  async open(path: string): Promise<{ uidValidity: string; uidNext: number; exists: number }> {
    const refused = 'the folder cannot be opened';
    const { uidValidity, uidNext, exists } = await this.connection.ask(refused, () =>
      this.client.mailboxOpen(path, { readOnly: true }),
    );
    await this.connection.ask('the folder has no UIDVALIDITY', () => Promise.resolve(uidValidity));
    return { uidValidity: String(uidValidity), uidNext: uidNext || 1, exists: exists || 0 };
  }

  /**
   * Every UID that the server shows in the open folder, ascending.
   * @param since `YYYY-MM-DD`: only messages that the server received on this day or later
   */
  async uids(since?: string): Promise<number[]> {
    // A folder that imapflow believes empty may have got mail since; NOOP lets the server say so.
    if (this.client.mailbox && this.client.mailbox.exists === 0) await this.client.noop();
    // With WITHIN imapflow would ask for seconds of age, not for days (RFC 5032).
    this.client.capabilities.delete('WITHIN');
    return this.search(since === undefined ? { all: true } : { since: new Date(`${since}T00:00:00Z`) });
  }

  /** Those of `uids` that the server still shows: tells a message that is gone from one that it cannot give. */
  async listed(uids: number[]): Promise<number[]> {
    const found = [];
    for (const set of setsOf(uids)) found.push(...(await this.search({ uid: set })));
    return found;
  }

  /** UID to RFC822.SIZE in octets, in one command unless the set is longer than a command may be. */
  async sizes(uids: number[]): Promise<Map<number, number>> {
    const sizes = new Map<number, number>();
    for await (const { uid, size } of this.fetch(uids, { uid: true, size: true }))
      if (size !== undefined) sizes.set(uid, size);
    return sizes;
  }

  /**
   * Messages as they arrive, each once, from one pipelined FETCH; the next one is read when the last one is dealt with. A UID
   * that the server does not show, or whose answer cannot be read, does not come: `listed` tells which. For messages of at most
   * 64 MiB: `sizes` first. Nothing is asked about the bytes that they say themselves.
   */
  async *messages(uids: number[]): AsyncIterable<FetchedMessage> {
    const wanted = new Set(uids);
    for await (const found of this.fetch(uids, { ...keptQuery, source: true })) {
      if (!found.source || !wanted.delete(found.uid)) continue;
      yield { ...keptOf(found), source: found.source };
    }
  }

  /** Null when the server does not show this UID. */
  async described(uid: number): Promise<DescribedMessage | null> {
    for await (const found of this.fetch([uid], { ...keptQuery, size: true, envelope: true, bodyStructure: true })) {
      // A change of flags that the server tells of meanwhile is no answer.
      if (found.size === undefined) continue;
      return { ...keptOf(found), envelope: found.envelope ?? null, structure: found.bodyStructure ?? null };
    }
    return null;
  }

  /**
   * The bytes of one message in pieces of at most 1 MiB, so that memory stays flat.
   * @param size octets, as `sizes` said; reading goes on until the server has no more, at most 1 MiB past it
   * @throws MailServerFailure `refused-by-server` also when the message is gone
   */
  async *body(uid: number, size: number): AsyncIterable<Buffer> {
    let start = 0;
    for (;;) {
      const piece = await this.connection.ask('the message is gone', async () => {
        const found = await this.client.fetchOne(
          String(uid),
          { source: { start, maxLength: PIECE_BYTES } },
          { uid: true },
        );
        // Past the end some servers answer NIL, others an empty string.
        return found && (found.source || (start >= size && Buffer.alloc(0)));
      });
      if (piece.length > 0) yield piece;
      start += piece.length;
      if (piece.length === 0 || (piece.length < PIECE_BYTES && start >= size)) return;
      if (start > size + PIECE_BYTES)
        throw new MailServerFailure('refused-by-server', `a message of ${size} octets does not end`, 'incoming');
    }
  }

  /** Never fails. */
  close(): Promise<void> {
    return this.connection.close();
  }

  private get client() {
    return this.connection.client;
  }

  private search(query: { all: true } | { since: Date } | { uid: string }): Promise<number[]> {
    return this.connection.ask('the server does not search', () => this.client.search(query, { uid: true }));
  }

  private async *fetch(uids: number[], query: FetchQueryObject): AsyncIterable<FetchMessageObject> {
    for (const set of setsOf(uids)) {
      const rows = this.client.fetch(set, query, { uid: true });
      // A failure is the server's only while we wait for it: what the reader of `yield` throws must pass as it is.
      const next = () => rows.next().catch((error: unknown) => Promise.reject(this.connection.failure(error) as Error));
      try {
        for (let row = await next(); !row.done; row = await next()) if (row.value.uid) yield row.value;
      } finally {
        await rows.return();
      }
      if (this.connection.lost)
        throw this.connection.failure(new MailServerFailure('connection-lost', 'during FETCH', 'incoming'));
    }
  }
}

function keptOf({ uid, flags, internalDate }: FetchMessageObject): KeptMessage {
  const date = new Date(internalDate ?? NaN);
  return {
    uid,
    // \Recent is about this session, not about the message.
    flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent'),
    internalDate: Number.isNaN(date.getTime()) ? null : date,
  };
}
