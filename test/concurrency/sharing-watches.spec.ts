import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freshDatabase, newPool, type TestDatabase } from '../database.js';
import { waitUntil } from '../journeys/wait-until.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { Api } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';

const LOGINS = Array.from({ length: 6 }, (_, n) => `user${n}@example.test`);
const PASSWORD = 'secret';

describe('processes with the role mail', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let dataDir: string;
  let mail: MailServer;
  const processes: ServiceProcess[] = [];

  beforeAll(async () => {
    [database, mail, dataDir] = await Promise.all([
      freshDatabase(),
      startMailServer({ users: Object.fromEntries(LOGINS.map((login) => [login, PASSWORD])) }),
      mkdtemp(join(tmpdir(), 'mailroom-sharing-')),
    ]);
    pool = newPool(database.url);
  });
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await pool?.end();
    await mail?.stop();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = (roles: string): ServiceProcess => {
    const env = { ROLES: roles, WATCH_MAIL: 'true' };
    const service = ServiceProcess.start({ dataDir, databaseUrl: database.url, env });
    processes.push(service);
    return service;
  };

  /** Numbers of accounts that each process watches, once all accounts are watched; none is ever watched twice. */
  const shares = async (expected: number[]): Promise<void> => {
    await waitUntil(
      async () => {
        const idling = mail.idling.toSorted();
        expect(idling).toEqual([...new Set(idling)]);
        const { rows } = await pool.query<{ accounts: number }>(
          `select count(*)::int as accounts from leases where work = 'watching' group by holder order by 1`,
        );
        return { idling, shares: rows.map(({ accounts }) => accounts) };
      },
      ({ idling, shares }) =>
        JSON.stringify([idling, shares]) === JSON.stringify([LOGINS, expected.toSorted((a, b) => a - b)]),
      60_000,
    );
  };

  it('share out the accounts, also when one joins, is killed or stops', async () => {
    const api = await Api.signIn(await start('api,projections,sagas').ready());
    const first = start('mail');
    const incoming = { host: mail.host, port: mail.imapPort, security: 'none' };
    for (const address of LOGINS) {
      const body = { address, password: PASSWORD, incoming, outgoing: incoming };
      const { id } = await api.json<{ id: string }>('POST', '/api/accounts?skipTest=true', body);
      expect(await api.fetchEnded(await api.fetchMail(id))).toMatchObject({ state: 'done' });
    }
    await shares([6]);

    const second = start('mail');
    await shares([3, 3]);
    const third = start('mail');
    await shares([2, 2, 2]);

    await second.kill();
    await shares([3, 3]);
    expect(await third.stop()).toMatchObject({ code: 0 });
    await shares([6]);
    expect(first.dead).toBe(false);
  }, 240_000);
});
