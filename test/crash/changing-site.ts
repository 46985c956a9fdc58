import assert from 'node:assert/strict';
import { ImapFlow } from 'imapflow';
import { accountStream } from '../../src/accounts/account.events.js';
import { account, type OpenAccount } from '../../src/accounts/account.fold.js';
import { FetchRun } from '../../src/mailboxes/fetching/fetch-run.js';
import { MailboxConnections } from '../../src/mailboxes/mailbox-connections.js';
import { PendingWishes } from '../../src/mailboxes/wishes/pending-wishes.js';
import { Decide } from '../../src/platform/commands/decide.js';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { accountOn, addAccount, type MessageSummary } from '../journeys/mailbox.js';
import { allOf, done, type Requests } from '../journeys/requests.js';
import { RunningService } from '../journeys/running-service.js';

export const USER = 'anna@example.test';
const PASSWORD = 'secret';
const DATE = 'Date: Mon, 2 Feb 2026 10:00:00 +0100';
const MOST_LOOKS = 12;
const WITHOUT_MAIL = 'api,projections,sagas';

export interface ShownFolder {
  id: string;
  path: string;
  name: string;
  parentId: string | null;
  role: string | null;
  selectable: boolean;
  fetched: boolean;
  onServer: boolean;
}

/**
 * A mailbox on a real server, and a service without the role `mail` in this process. People change folders and messages
 * while commands are aborted, or while other processes with the same database die.
 */
export class ChangingSite {
  accountId = '';
  /** subjects of all messages that were delivered */
  readonly delivered = new Set<string>();
  /** subjects of messages that people destroyed */
  readonly destroyed = new Set<string>();

  private constructor(
    readonly service: RunningService,
    readonly dovecot: Dovecot,
    readonly requests: Requests,
  ) {}

  static async open(): Promise<ChangingSite> {
    const [service, dovecot] = await Promise.all([
      RunningService.start({ env: { ROLES: WITHOUT_MAIL } }),
      startDovecot({ users: { [USER]: PASSWORD } }),
    ]);
    const site = new ChangingSite(service, dovecot, await service.signedIn());
    const settings = { keepServerCopies: false, createTasks: true };
    const body = accountOn({ imapPort: dovecot.imapPort, smtpPort: 1 }, USER, PASSWORD, settings);
    site.accountId = (await addAccount(site.requests, body, '?skipTest=true')).id;
    return site;
  }

  async close(): Promise<void> {
    await Promise.all([this.service.stop(), this.dovecot.stop()]);
  }

  part<T>(type: abstract new (...args: never[]) => T): T {
    return this.service.service.app.get<T>(type);
  }

  async deliver(folder: string, name = `m${this.delivered.size + 1}`): Promise<string> {
    const head = [
      `Message-ID: <${name}@kiosk.example>`,
      'From: kim@kiosk.example',
      `To: ${USER}`,
      `Subject: ${name}`,
      DATE,
    ];
    await this.dovecot.deliver(USER, folder, Buffer.from([...head, '', `Text of ${name}`, ''].join('\r\n')));
    this.delivered.add(name);
    return name;
  }

  async folders(): Promise<ShownFolder[]> {
    await this.service.settled();
    return done(await this.requests.get<{ items: ShownFolder[] }>(`/api/accounts/${this.accountId}/folders`)).items;
  }

  async listed(query = ''): Promise<MessageSummary[]> {
    await this.service.settled();
    return allOf<MessageSummary>(this.requests, `/api/accounts/${this.accountId}/messages${query}`);
  }

  async account(): Promise<OpenAccount> {
    const { state } = await this.part(Decide).load(accountStream(this.accountId), account);
    assert.equal(state.status, 'open');
    return state;
  }

  /** Works as the worker does: gives the wishes, and looks at all folders. No other process may work meanwhile. */
  async look(): Promise<void> {
    const run = this.part(FetchRun);
    const open = await this.account();
    const { signal } = new AbortController();
    const imap = await this.part(MailboxConnections).open(this.accountId, open, signal);
    try {
      await run.look(imap, this.accountId, open, signal);
    } finally {
      await imap.close();
    }
  }

  /** Looks until the last look records nothing. */
  async rest(): Promise<void> {
    const { store } = this.service.service.platform;
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      await this.service.settled();
      const before = await store.head();
      await this.look();
      if ((await store.head()) === before) return;
    }
    assert.fail('no rest: each look records changes');
  }

  /** Both sides have the same folders with the same mail; no message is lost, on record twice, or without its task. */
  async isEqual(): Promise<void> {
    await this.rest();
    const server = await this.onServer();
    const folders = (await this.folders()).filter(({ onServer }) => onServer);
    assert.deepEqual(folders.map(({ path }) => path).sort(), [...server.keys()].sort(), 'folders');
    const trash = await this.listed('?box=trash');
    const all = [...(await this.listed()), ...trash];
    const subjects = all.map(({ subject }) => subject!).sort();
    assert.deepEqual(subjects, [...this.delivered].filter((name) => !this.destroyed.has(name)).sort(), 'messages');
    const deleted = new Set([...trash.map(({ subject }) => subject!), ...this.destroyed]);
    for (const { path, fetched, role } of folders) {
      if (!fetched && role !== 'trash') continue;
      const here = (await this.listed(`?folder=${encodeURIComponent(path)}`)).map(({ subject }) => subject!).sort();
      assert.deepEqual(
        here,
        server
          .get(path)!
          .filter((name) => !deleted.has(name))
          .sort(),
        `messages in ${path}`,
      );
    }
    for (const name of this.destroyed)
      for (const [path, names] of server)
        if (path !== 'Trash') assert.ok(!names.includes(name), `${name} was destroyed and lies in ${path}`);
    const tasks = await allOf<{ messageId: string }>(this.requests, `/api/tasks?accountId=${this.accountId}`);
    assert.equal(new Set(tasks.map(({ messageId }) => messageId)).size, tasks.length, 'tasks');
    const wishes = await this.part(PendingWishes).of(this.accountId);
    assert.deepEqual(wishes, [], 'wishes that the server does not have');
  }

  /** Subjects by folder. */
  private async onServer(): Promise<Map<string, string[]>> {
    const auth = { user: USER, pass: PASSWORD };
    const where = { host: this.dovecot.host, port: this.dovecot.imapPort, secure: false, doSTARTTLS: false };
    const client = new ImapFlow({ ...where, auth, logger: false });
    await client.connect();
    const found = new Map<string, string[]>();
    for (const { path, flags } of await client.list()) {
      found.set(path, []);
      if (flags.has('\\Noselect') || flags.has('\\NonExistent')) continue;
      const { exists } = await client.mailboxOpen(path);
      if (exists === 0) continue;
      const all = await client.fetchAll('1:*', { envelope: true });
      found.set(
        path,
        all.map(({ envelope }) => envelope!.subject!),
      );
    }
    await client.logout();
    return found;
  }
}
