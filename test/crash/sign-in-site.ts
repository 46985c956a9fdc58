import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { tokensName } from '../../src/accounts/account.events.js';
import { closeMessageWorkers } from '../../src/mail/reading/message.js';
import type { Tokens } from '../../src/accounts/sign-in/sign-in-provider.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { Api } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';
import { withStore } from '../service/with-store.js';
import { SignInWorld } from '../sign-in-world.js';

export interface Shown {
  status: string;
  signIn: string;
  signInUrl: string | null;
}

export const addressOf = (name: string): string => `${name}@example.test`;
const passwordOf = (name: string): string => `password-of-${name}`;

/** Mailboxes at a provider that rotates refresh tokens, and one Mailroom in one or more processes. */
export class SignInSite {
  api!: Api;
  /** the process that started last */
  service!: ServiceProcess;
  private readonly started: ServiceProcess[] = [];

  private constructor(
    readonly world: SignInWorld,
    private readonly database: TestDatabase,
    private readonly dataDir: string,
  ) {}

  static async open(names: readonly string[]): Promise<SignInSite> {
    const [world, database, dataDir] = await Promise.all([
      SignInWorld.start({
        people: Object.fromEntries(names.map((name) => [name, { email: addressOf(name) }])),
        users: Object.fromEntries(names.map((name) => [addressOf(name), passwordOf(name)])),
      }),
      freshDatabase(),
      mkdtemp(join(tmpdir(), 'mailroom-sign-in-')),
    ]);
    return new SignInSite(world, database, dataDir);
  }

  async close(): Promise<void> {
    await Promise.all(this.started.map((service) => service.kill()));
    await closeMessageWorkers();
    await this.world.stop();
    await this.database.drop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Starts the service unless it runs. */
  async live(): Promise<void> {
    if (!this.service || this.service.dead) await this.start();
  }

  /** Starts a process; from now on, `api` sends its requests there. */
  async start(): Promise<void> {
    const { dataDir, database, world } = this;
    this.service = ServiceProcess.start({ dataDir, databaseUrl: database.url, env: world.env });
    this.started.push(this.service);
    const url = await this.service.ready();
    this.api = this.api ? this.api.at(url) : await Api.signIn(url);
  }

  /** Adds an account with a password. @returns its id */
  async add(name: string): Promise<string> {
    const body = { address: addressOf(name), password: passwordOf(name), ...this.world.servers };
    return (await this.api.json<{ id: string }>('POST', '/api/accounts', body)).id;
  }

  async signIn(accountId: string, name: string): Promise<{ login: string }> {
    const { url, cookie } = await this.api.redirected(`/api/oauth/google/start?accountId=${accountId}`);
    return this.api.returned(await this.world.provider.signIn(url, name), cookie);
  }

  async shown(accountId: string): Promise<Shown> {
    await this.api.settled();
    return this.api.json('GET', `/api/accounts/${accountId}`);
  }

  get renewals(): number {
    return this.world.provider.tokenRequests.filter((kind) => kind === 'refresh_token').length;
  }

  /** Expires the stored access token. */
  age(accountId: string, version: number): Promise<void> {
    return withStore({ dataDir: this.dataDir, databaseUrl: this.database.url }, async ({ vault }) => {
      const name = tokensName(accountId);
      const tokens = JSON.parse((await vault.reveal(name, version))!) as Tokens;
      await vault.replace(name, version, JSON.stringify({ ...tokens, expiresAt: Date.now() }));
    });
  }

  /** Secrets of an account in the vault, such as `tokens 2`; an unsettled secret ends with a question mark. */
  async secrets(accountId: string): Promise<string[]> {
    const client = new pg.Client(this.database.url);
    await client.connect();
    const { rows } = await client
      .query<{ secret: string }>(
        `select split_part(name, '/', 3) || ' ' || version || case when unsettled is null then '' else '?' end as secret
         from vault where starts_with(name, $1) order by 1`,
        [`account/${accountId}/`],
      )
      .finally(() => client.end());
    return rows.map(({ secret }) => secret);
  }
}
