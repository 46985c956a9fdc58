import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeMessageWorkers } from '../../src/mail/reading/message.js';
import type { KillPoint } from './kill-points.js';
import { openPlace } from '../../src/platform/embedded-postgres/postgres-cluster.js';
import { leftServer } from '../../src/platform/embedded-postgres/postgres-process.js';
import { startPostgres } from '../../src/platform/embedded-postgres/postgres-server.js';
import { allProjections } from '../../src/service.js';
import { freshDatabase } from '../database.js';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { Api } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';
import { withStore } from '../service/with-store.js';
import { GrowingMailbox, sha256 } from './growing-mailbox.js';
import * as invariants from './invariants.js';
import { rebuildsGiveEqualRows } from './rebuilt.js';
import { secretsBelongToAccounts } from './secrets.js';
import { FOUND, ofType, type Told, wholeLog } from './whole-log.js';

const DOMAIN = 'example.test';
const USER = `anna@${DOMAIN}`;
const PASSWORD = 'secret';

/** One mailbox on a real server, and one Mailroom that is killed and started again. */
export class CrashSite {
  api!: Api;
  private readonly started: ServiceProcess[] = [];
  accountId = '';

  private constructor(
    readonly mailbox: GrowingMailbox,
    readonly databaseUrl: string | undefined,
    readonly dovecot: Dovecot,
    readonly dataDir: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /** @param embedded the service starts its own PostgreSQL; default: a PostgreSQL outside the service, always up */
  static async open({ embedded = false } = {}): Promise<CrashSite> {
    const [dovecot, database] = await Promise.all([
      startDovecot({ users: { [USER]: PASSWORD } }),
      embedded ? undefined : freshDatabase(),
    ]);
    const mailbox = new GrowingMailbox(dovecot, USER);
    const dataDir = await mkdtemp(join(tmpdir(), 'mailroom-crash-'));
    const dropDatabase = async (): Promise<void> =>
      database ? database.drop() : (await startPostgres({ dataDir, throwaway: true })).stop();
    return new CrashSite(mailbox, database?.url, dovecot, dataDir, dropDatabase);
  }

  async close(): Promise<void> {
    await this.killAll();
    await closeMessageWorkers();
    await this.dovecot.stop();
    await this.dropDatabase();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Also kills processes that a failed test left running. */
  async killAll(): Promise<void> {
    await Promise.all(this.started.splice(0).map((service) => service.kill()));
  }

  /** SIGKILL for the embedded PostgreSQL, as in a power cut. */
  async killPostgres(): Promise<void> {
    const server = await leftServer(await openPlace(this.dataDir));
    if (!server) throw new Error('no PostgreSQL runs on the data folder');
    process.kill(server.pid, 'SIGKILL');
  }

  start(killAt?: { point: KillPoint; n: number }): ServiceProcess {
    const service = ServiceProcess.start({
      dataDir: this.dataDir,
      killAt,
      ...(this.databaseUrl && { databaseUrl: this.databaseUrl }),
    });
    this.started.push(service);
    return service;
  }

  /** Signs in and adds the account, with all reactions on. */
  async addAccount(service: ServiceProcess): Promise<void> {
    this.api = await Api.signIn(await service.ready());
    this.accountId = (await this.add(this.api, USER)).id;
  }

  add(api: Api, address: string): Promise<{ id: string }> {
    const incoming = { host: this.dovecot.host, port: this.dovecot.imapPort, security: 'none' };
    const reactions = { createContacts: true, createTasks: true };
    const nowhere = { ...incoming, port: 1 };
    const body = { address, password: PASSWORD, incoming, outgoing: nowhere, ...reactions };
    return api.json('POST', '/api/accounts?skipTest=true', body);
  }

  /** Sets the same password again, so that fetches still succeed. */
  changePassword(api: Api): Promise<unknown> {
    return api.json('PUT', `/api/accounts/${this.accountId}/password`, { password: PASSWORD });
  }

  /** All facts so far. */
  log(): Promise<Told[]> {
    return withStore(this, ({ log }) => wholeLog(log));
  }

  /** Number of logins to the mail server so far. */
  logins(): number {
    return this.dovecot.log().split('imap-login: Info: Login:').length - 1;
  }

  /** Checks every invariant of a running service. Its fetches must have ended, and its followers must be at head. */
  check(api: Api): Promise<void> {
    return withStore(this, async (platform) => {
      const facts = await wholeLog(platform.log);
      const given = { facts, accountId: this.accountId, domain: DOMAIN, onServer: this.mailbox.onServer() };
      for (const holds of Object.values(invariants)) holds(given);
      for (const { data } of ofType(facts, ...FOUND))
        assert.equal(
          sha256(await api.bytes(`/api/messages/${data.messageId}/raw`)),
          data.hash,
          `bytes of ${data.messageId}`,
        );
      const { items } = await api.json<{ items: { outstanding: number }[] }>(
        'GET',
        `/api/accounts/${this.accountId}/gaps`,
      );
      assert.equal(items.filter(({ outstanding }) => outstanding > 0).length, 0, JSON.stringify(items));
      await secretsBelongToAccounts(platform, facts, PASSWORD);
      await rebuildsGiveEqualRows(platform, allProjections(platform));
    });
  }
}
