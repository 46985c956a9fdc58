import type { Dovecot } from '../dovecot.js';
import type { MessageSummary } from '../journeys/mailbox.js';
import { allOf, done, type Requests } from '../journeys/requests.js';
import type { OtherProgram } from './other-program.js';

/** A number from 0 to `below` - 1. */
export type Random = (below: number, ...words: string[]) => number;

export type Listed = MessageSummary & { flagged: boolean; answered: boolean; deletedElsewhere: boolean };

export const FETCHED = ['INBOX', 'Archive', 'Projects/Alpha'] as const;
export const FOLDERS = [...FETCHED, 'Trash'] as const;

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
  ) {}

  async fill(): Promise<void> {
    for (const path of FETCHED.slice(1)) await this.other.createFolder(path);
    for (let n = 0; n < AT_THE_BEGINNING; n++) await this.deliver(FETCHED[n % FETCHED.length]!);
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

  async folderId(path: string): Promise<string | undefined> {
    const { items } = done(
      await this.requests.get<{ items: { id: string; path: string }[] }>(`/api/accounts/${this.accountId}/folders`),
    );
    return items.find((folder) => folder.path === path)?.id;
  }

  /** Later lists show the change. */
  async command<T extends { position: string }>(answer: Promise<{ status: number; body: T }>): Promise<T> {
    const body = done((await answer) as never) as T;
    this.requests = this.requests.after(body);
    return body;
  }
}
