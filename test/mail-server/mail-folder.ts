import { parseMime, type MimePart } from './mime-part.js';

/** SPECIAL-USE attributes, RFC 6154 section 2. */
export type FolderRole = '\\Sent' | '\\Drafts' | '\\Trash' | '\\Junk' | '\\Archive' | '\\All' | '\\Flagged';

export interface NewMessage {
  raw: Buffer;
  flags?: Iterable<string>;
  internalDate?: Date;
}

export class StoredMessage {
  private parsed?: MimePart;

  constructor(
    readonly uid: number,
    readonly raw: Buffer,
    readonly internalDate: Date,
    public flags: ReadonlySet<string>,
    /** The change number of the folder at the last change of the flags, which is the mod-sequence (RFC 7162). */
    public changed: number,
  ) {}

  get mime(): MimePart {
    return (this.parsed ??= parseMime(this.raw));
  }
}

/** Removals that a folder remembers; about older ones it tells all UIDs without a message. */
const MAX_REMOVALS = 10_000;

/** One folder of one account. It calls its watchers after every change. */
export class MailFolder {
  messages: StoredMessage[] = [];
  subscribed = true;
  uidNext = 1;
  /** The change number, which is HIGHESTMODSEQ (RFC 7162): increases with every change. */
  changes = 1;
  deleted = false;
  /** ascending by change number */
  private removals: { uid: number; at: number }[] = [];
  /** the change number of the latest removal that is forgotten */
  private forgotten = 0;
  private readonly watchers = new Set<() => void>();

  constructor(
    public name: string,
    public uidValidity: number,
    readonly role?: FolderRole,
  ) {}

  add(message: NewMessage): StoredMessage {
    return this.addAll([message])[0]!;
  }

  /** Adds messages in one change. */
  addAll(added: readonly NewMessage[]): StoredMessage[] {
    this.changes += 1;
    const stored = added.map(
      ({ raw, flags = [], internalDate = new Date() }) =>
        new StoredMessage(this.uidNext++, raw, internalDate, new Set([...flags].map(canonicalFlag)), this.changes),
    );
    for (const message of stored) this.messages.push(message);
    this.announce();
    return stored;
  }

  remove(uids: ReadonlySet<number>): void {
    const gone = this.messages.filter(({ uid }) => uids.has(uid));
    if (gone.length === 0) return;
    this.changes += 1;
    this.messages = this.messages.filter((message) => !uids.has(message.uid));
    this.removals.push(...gone.map(({ uid }) => ({ uid, at: this.changes })));
    const over = this.removals.length - MAX_REMOVALS;
    if (over > 0) this.forgotten = this.removals.splice(0, over).at(-1)!.at;
    this.announce();
  }

  /** UIDs without a message, ascending: all that vanished after this change number, perhaps more. */
  vanishedSince(change: number): number[] {
    if (change >= this.forgotten)
      return this.removals.flatMap(({ uid, at }) => (at > change ? [uid] : [])).sort((a, b) => a - b);
    const present = new Set(this.messages.map(({ uid }) => uid));
    return Array.from({ length: this.uidNext - 1 }, (_, index) => index + 1).filter((uid) => !present.has(uid));
  }

  /** Marks the folder as deleted: sessions that have it selected end. */
  discard(): void {
    this.deleted = true;
    this.announce();
  }

  setFlags(message: StoredMessage, flags: Iterable<string>): void {
    this.setAllFlags([[message, flags]]);
  }

  /** Sets the flags of many messages in one change. Messages with the same flags as before do not change. */
  setAllFlags(next: Iterable<readonly [StoredMessage, Iterable<string>]>): void {
    let changes = this.changes;
    for (const [message, given] of next) {
      const flags = new Set([...given].map(canonicalFlag));
      if (flags.size === message.flags.size && [...flags].every((flag) => message.flags.has(flag))) continue;
      changes = this.changes + 1;
      message.flags = flags;
      message.changed = changes;
    }
    if (changes === this.changes) return;
    this.changes = changes;
    this.announce();
  }

  /** Gives all messages new UIDs from 1 under a new UIDVALIDITY, RFC 3501 section 2.3.1.1. */
  renumber(uidValidity: number): void {
    this.uidValidity = uidValidity;
    this.changes += 1;
    this.removals = [];
    this.messages = this.messages.map(
      ({ raw, internalDate, flags }, index) => new StoredMessage(index + 1, raw, internalDate, flags, this.changes),
    );
    this.uidNext = this.messages.length + 1;
    this.announce();
  }

  /** @returns a function that ends the watch */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private announce(): void {
    for (const watcher of this.watchers) watcher();
  }
}

const systemFlags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft'];

export function canonicalFlag(flag: string): string {
  return systemFlags.find((known) => known.toLowerCase() === flag.toLowerCase()) ?? flag;
}
