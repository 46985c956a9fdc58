import { flagList } from './fetch-items.js';
import type { MailFolder, StoredMessage } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { compactSet, sequenceSet } from './sequence-set.js';

interface Shown {
  message: StoredMessage;
  /** The last change number of the message that was sent to the client. */
  sent: number;
}

/** Extensions of RFC 7162 that the client has enabled. */
export interface Enabled {
  condstore: boolean;
  qresync: boolean;
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

  /** UIDs of a set that vanished after a change number, as a sequence set; empty: none. */
  vanishedSince(change: number, set: string): string {
    const within = sequenceSet(set, this.folder.uidNext - 1);
    return compactSet(this.folder.vanishedSince(change).filter(within));
  }

  requireWritable(): void {
    if (this.readOnly) throw new Refusal('NO', '[READ-ONLY] The folder is open for reading only');
  }

  /** @throws Refusal when the client does not know yet that one of these messages was expunged */
  requirePresent(messages: readonly StoredMessage[]): void {
    const present = new Set(this.folder.messages);
    if (messages.every((message) => present.has(message))) return;
    throw new Refusal('NO', '[EXPUNGEISSUED] Some of the requested messages no longer exist');
  }

  /** Suppresses the FETCH responses about the new flags of messages, because a STORE sent them or was silent. */
  markSent(messages: ReadonlySet<StoredMessage>): void {
    for (const entry of this.shown) if (messages.has(entry.message)) entry.sent = entry.message.changed;
  }

  /** Response lines about changes that the client does not know; removals only where sequence numbers may change. */
  news(numbersMayChange: boolean, { condstore, qresync }: Enabled): string[] {
    if (this.seen === this.folder.changes) return [];
    const lines = numbersMayChange ? this.removals(qresync) : [];
    const last = this.largestUid;
    const arrived = this.folder.messages.filter(({ uid }) => uid > last);
    this.shown.push(...arrived.map((message) => ({ message, sent: message.changed })));
    if (arrived.length > 0) lines.push(`* ${this.shown.length} EXISTS`);
    for (const [index, entry] of this.shown.entries()) {
      const { message } = entry;
      if (entry.sent === message.changed) continue;
      entry.sent = message.changed;
      const modseq = condstore ? ` MODSEQ (${message.changed})` : '';
      lines.push(`* ${index + 1} FETCH (UID ${message.uid} ${flagList(message)}${modseq})`);
    }
    if (numbersMayChange) this.seen = this.folder.changes;
    return lines;
  }

  /** VANISHED instead of EXPUNGE after the client enabled QRESYNC, RFC 7162 section 3.2.10. */
  private removals(qresync: boolean): string[] {
    const present = new Set(this.folder.messages);
    const lines: string[] = [];
    const uids: number[] = [];
    for (let index = this.shown.length - 1; index >= 0; index--) {
      const { message } = this.shown[index] as Shown;
      if (present.has(message)) continue;
      lines.push(`* ${index + 1} EXPUNGE`);
      uids.unshift(message.uid);
    }
    this.shown = this.shown.filter(({ message }) => present.has(message));
    return qresync && uids.length > 0 ? [`* VANISHED ${compactSet(uids)}`] : lines;
  }
}
