import type { Dovecot } from '../dovecot.js';
import type { MessageSummary } from '../journeys/mailbox.js';
import { allOf, done, type Requests } from '../journeys/requests.js';
import type { OtherProgram } from './other-program.js';

/** A number from 0 to `below` - 1. */
export type Random = (below: number, ...words: string[]) => number;

export type Listed = MessageSummary & { flagged: boolean; answered: boolean; deletedElsewhere: boolean };

export interface ListedFolder {
  id: string;
  path: string;
  role: string | null;
  selectable: boolean;
  fetched: boolean;
  onServer: boolean;
}

const FIRST_FOLDERS = ['INBOX', 'Archive', 'Projects/Alpha'];
/** Folders of each server that have no part here. */
const ASIDE: ReadonlySet<string> = new Set(['Sent', 'Drafts', 'Junk']);
/** Folders that keep their names. */
const FIXED: ReadonlySet<string> = new Set(['INBOX', 'Trash']);

export const isOwn = (path: string): boolean => !FIXED.has(path) && !ASIDE.has(path);

const AT_THE_BEGINNING = 6;

/** A mailbox that the service and another program change. */
export class SharedMailbox {
  /** names of messages that a person has deleted here, and nobody restored */
  readonly deleted = new Set<string>();
  /** names of messages that a list showed once */
  readonly shown = new Set<string>();
  private delivered = 0;

  constructor(
    readonly accountId: string,
    readonly user: string,
    private readonly dovecot: Dovecot,
    readonly other: OtherProgram,
    public requests: Requests,
    /** true: on a server without UIDPLUS, moved and removed mail stays in its folder, marked as deleted */
    readonly leavesRemoved: boolean,
  ) {}

  async fill(): Promise<void> {
    for (const path of FIRST_FOLDERS.slice(1)) await this.other.createFolder(path);
    for (let n = 0; n < AT_THE_BEGINNING; n++) await this.deliver(FIRST_FOLDERS[n % FIRST_FOLDERS.length]!);
  }

  /** @returns the name of the message */
  async deliver(folder: string, flags: string[] = []): Promise<string> {
    const name = `m${(this.delivered += 1)}`;
    const lines = [
      `Message-ID: <${name}@kiosk.example>`,
      'Date: Mon, 2 Feb 2026 10:00:00 +0100',
      `From: Kim <kim@kiosk.example>`,
      `To: ${this.user}`,
      `Subject: ${name}`,
      '',
      `Text of ${name}`,
      '',
    ];
    await this.dovecot.deliver(this.user, folder, Buffer.from(lines.join('\r\n')), { flags });
    return name;
  }

  /** Messages of a list of the service. */
  async listed(query = ''): Promise<Listed[]> {
    const all = await allOf<Listed>(this.requests, `/api/accounts/${this.accountId}/messages${query}`);
    for (const { subject } of all) this.shown.add(subject!);
    return all;
  }

  /** Paths of the folders on the server that take part. */
  async paths(): Promise<string[]> {
    return (await this.other.folders()).filter((path) => !ASIDE.has(path));
  }

  /** Folders that the service has on record and on the server, and that take part. */
  async folders(): Promise<ListedFolder[]> {
    const path = `/api/accounts/${this.accountId}/folders`;
    const { items } = done(await this.requests.get<{ items: ListedFolder[] }>(path));
    return items.filter((each) => each.onServer && each.selectable && !ASIDE.has(each.path));
  }

  /** Later lists show the change. */
  async command<T extends { position: string }>(answer: Promise<{ status: number; body: T }>): Promise<T> {
    const body = done((await answer) as never) as T;
    this.requests = this.requests.after(body);
    return body;
  }
}
