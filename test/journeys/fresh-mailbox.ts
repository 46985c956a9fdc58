import { ImapFlow } from 'imapflow';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import {
  accountOn,
  addAccount,
  type Fetched,
  fetchMail,
  type FolderGaps,
  gapsOf,
  type MessageSummary,
} from './mailbox.js';
import { allOf, type Requests } from './requests.js';
import type { RunningService } from './running-service.js';

let number = 0;

/** A mail server with one mailbox under a new address; `connect` adds its account. */
export class FreshMailbox {
  accountId = '';

  private constructor(
    private readonly service: RunningService,
    private readonly admin: Requests,
    readonly server: MailServer,
    readonly address: string,
  ) {}

  static async open(service: RunningService, admin: Requests): Promise<FreshMailbox> {
    const address = `box${number++}@example.test`;
    return new FreshMailbox(service, admin, await startMailServer({ users: { [address]: 'secret' } }), address);
  }

  async connect(settings: object = {}): Promise<void> {
    this.accountId = (await addAccount(this.admin, accountOn(this.server, this.address, 'secret', settings))).id;
  }

  letter(subject: string, body = 'Hello'): Buffer {
    const head = [
      'From: ben@example.org',
      `To: ${this.address}`,
      `Subject: ${subject}`,
      `Message-ID: <${subject}@example.org>`,
    ];
    return Buffer.from([...head, '', body, ''].join('\r\n'));
  }

  /** @returns the UID of the message */
  deliver(subject: string, folder = 'INBOX', body?: string): number {
    return this.server.deliver(this.address, folder, this.letter(subject, body));
  }

  fetch(): Promise<Fetched> {
    return fetchMail(this.admin, this.accountId);
  }

  async onRecord(): Promise<MessageSummary[]> {
    await this.service.settled();
    return allOf<MessageSummary>(this.admin, `/api/accounts/${this.accountId}/messages`);
  }

  async subjects(): Promise<string[]> {
    return (await this.onRecord()).map(({ subject }) => subject ?? '(none)').sort();
  }

  /** Gaps of the INBOX. */
  async inbox(): Promise<FolderGaps> {
    await this.service.settled();
    return (await gapsOf(this.admin, this.accountId)).find(({ path }) => path === 'INBOX')!;
  }

  /** Runs `work` on the INBOX as another mail program. */
  async elsewhere(work: (client: ImapFlow) => Promise<unknown>): Promise<void> {
    const { host, imapPort } = this.server;
    const auth = { user: this.address, pass: 'secret' };
    const client = new ImapFlow({ host, port: imapPort, secure: false, doSTARTTLS: false, auth, logger: false });
    await client.connect();
    await client.mailboxOpen('INBOX');
    await work(client);
    await client.logout();
  }

  close(): Promise<void> {
    return this.server.stop();
  }
}
