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
    /** The change number of the folder at the last change of the flags. */
    public changed: number,
  ) {}

  get mime(): MimePart {
    return (this.parsed ??= parseMime(this.raw));
  }
}

/** One folder of one account. It calls its watchers after every change. */
export class MailFolder {
  messages: StoredMessage[] = [];
  subscribed = true;
  uidNext = 1;
  /** The change number: increases with every change. */
  changes = 0;
  deleted = false;
  private readonly watchers = new Set<() => void>();

  constructor(
    public name: string,
    public uidValidity: number,
    readonly role?: FolderRole,
  ) {}

  add({ raw, flags = [], internalDate = new Date() }: NewMessage): StoredMessage {
    this.changes += 1;
    const message = new StoredMessage(
      this.uidNext++,
      raw,
      internalDate,
      new Set([...flags].map(canonicalFlag)),
      this.changes,
    );
    this.messages.push(message);
    this.announce();
    return message;
  }

  remove(uids: ReadonlySet<number>): void {
    this.changes += 1;
    this.messages = this.messages.filter((message) => !uids.has(message.uid));
    this.announce();
  }

  /** Marks the folder as deleted: sessions that have it selected end. */
  discard(): void {
    this.deleted = true;
    this.announce();
  }

  setFlags(message: StoredMessage, flags: Iterable<string>): void {
    const next = new Set([...flags].map(canonicalFlag));
    if (next.size === message.flags.size && [...next].every((flag) => message.flags.has(flag))) return;
    message.flags = next;
    message.changed = this.changes += 1;
    this.announce();
  }

  /** Gives all messages new UIDs from 1 under a new UIDVALIDITY, RFC 3501 section 2.3.1.1. */
  renumber(uidValidity: number): void {
    this.uidValidity = uidValidity;
    this.changes += 1;
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
