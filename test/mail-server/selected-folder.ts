import { flagList } from './fetch-items.js';
import type { MailFolder, StoredMessage } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { sequenceSet } from './sequence-set.js';

interface Shown {
  message: StoredMessage;
  /** The last change number of the message that was sent to the client. */
  sent: number;
}

/** A folder as one client sees it: sequence numbers change only with an EXPUNGE response, RFC 3501 section 7.4.1. */
export class SelectedFolder {
  private shown: Shown[];
  private seen: number;
  private readonly uidValidity: number;

  constructor(
    readonly folder: MailFolder,
    readonly readOnly: boolean,
  ) {
    this.shown = folder.messages.map((message) => ({ message, sent: message.changed }));
    this.seen = folder.changes;
    this.uidValidity = folder.uidValidity;
  }

  get lost(): boolean {
    return this.folder.deleted || this.folder.uidValidity !== this.uidValidity;
  }

  get count(): number {
    return this.shown.length;
  }

  get largestUid(): number {
    return this.shown.at(-1)?.message.uid ?? 0;
  }

  /** The messages of a set, with their sequence numbers. */
  *choose(set: string, byUid: boolean): Iterable<[message: StoredMessage, sequence: number]> {
    const within = sequenceSet(set, byUid ? this.largestUid : this.count);
    for (const [message, sequence] of this.all()) if (within(byUid ? message.uid : sequence)) yield [message, sequence];
  }

  *all(): Iterable<[message: StoredMessage, sequence: number]> {
    for (const [index, { message }] of [...this.shown].entries()) yield [message, index + 1];
  }

  requireWritable(): void {
    if (this.readOnly) throw new Refusal('NO', '[READ-ONLY] The folder is open for reading only');
  }

  /** Suppresses the FETCH response about the new flags of `message`, because a STORE sent them or was silent. */
  markSent(message: StoredMessage): void {
    const entry = this.shown.find((each) => each.message === message);
    if (entry) entry.sent = message.changed;
  }

  /** Response lines about changes that the client does not know; EXPUNGE only where sequence numbers may change. */
  news(numbersMayChange: boolean): string[] {
    if (this.seen === this.folder.changes) return [];
    const lines = numbersMayChange ? this.removals() : [];
    const last = this.largestUid;
    const arrived = this.folder.messages.filter(({ uid }) => uid > last);
    this.shown.push(...arrived.map((message) => ({ message, sent: message.changed })));
    if (arrived.length > 0) lines.push(`* ${this.shown.length} EXISTS`);
    for (const [index, entry] of this.shown.entries()) {
      if (entry.sent === entry.message.changed) continue;
      entry.sent = entry.message.changed;
      lines.push(`* ${index + 1} FETCH (UID ${entry.message.uid} ${flagList(entry.message)})`);
    }
    if (numbersMayChange) this.seen = this.folder.changes;
    return lines;
  }

  private removals(): string[] {
    const present = new Set(this.folder.messages);
    const lines: string[] = [];
    for (let index = this.shown.length - 1; index >= 0; index--) {
      if (!present.has((this.shown[index] as Shown).message)) lines.push(`* ${index + 1} EXPUNGE`);
    }
    this.shown = this.shown.filter(({ message }) => present.has(message));
    return lines;
  }
}
