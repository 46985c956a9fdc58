import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { ERASURE_KILL_POINTS } from './kill-points.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { Api, NoAnswer } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';
import { waitUntil } from '../journeys/wait-until.js';

const USER = 'anna@example.test';

let database: TestDatabase;
let mail: MailServer;
let dataDir: string;
let living: ServiceProcess | undefined;
let api: Api;
let accountId: string;

const ALL_ROLES = 'api,projections,sagas,mail';

/** Starts the service unless it runs. */
async function live(roles = ALL_ROLES): Promise<void> {
  if (living && !living.dead) return;
  living = ServiceProcess.start({ dataDir, databaseUrl: database.url, env: { ROLES: roles } });
  const url = await living.ready();
  api = api ? api.at(url) : await Api.signIn(url);
}

beforeAll(async () => {
  [database, mail] = await Promise.all([freshDatabase(), startMailServer({ users: { [USER]: 'secret' } })]);
  dataDir = await mkdtemp(join(tmpdir(), 'mailroom-erasing-'));
  await live();
  const server = (port: number): object => ({ host: '127.0.0.1', port, security: 'none' });
  const body = { address: USER, password: 'secret', incoming: server(mail.imapPort), outgoing: server(mail.smtpPort) };
  accountId = (
    await api.json<{ id: string }>('POST', '/api/accounts', { ...body, createContacts: true, createTasks: true })
  ).id;
});
afterAll(async () => {
  await living?.kill();
  await mail?.stop();
  await database?.drop();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

async function receive(...persons: string[]): Promise<void> {
  for (const person of persons)
    for (const n of [1, 2, 3]) {
      const from = `${person} <${person}@${person}.example>`;
      const head = [`From: ${from}`, `To: ${USER}`, `Subject: subject-${n}-of-${person}`];
      mail.deliver(USER, 'INBOX', Buffer.from([...head, '', `body-${n}-of-${person}`, ''].join('\r\n')));
    }
  await api.fetchEnded(await api.fetchMail(accountId));
}

async function stored(): Promise<string> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables)
      texts.push(
        ...(await client.query<{ row: string }>(`select t::text as row from ${name} t`)).rows.map(({ row }) => row),
      );
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

/** Texts of a person. The domain is not one of them: the company with its name stays. */
const ofPerson = (person: string): string[] => [`${person}@`, `-of-${person}`, `name-of-${person}`];

const points = [...ERASURE_KILL_POINTS, 'saga.before-command', 'saga.after-command', 'saga.before-checkpoint'] as const;

it.each(points.map((point, n) => ({ point, person: `quince${n}` })))(
  'an erasure that is killed at $point is completed by the next process',
  async ({ point, person }) => {
    await live();
    await receive(person);
    await api.settled();
    expect(await stored()).toContain(`subject-1-of-${person}`);
    await living!.dieAt(point);
    await requestErasure(person).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
    });
    expect((await living!.ended).signal).toBe('SIGKILL');

    await live();
    await areErased([person]);
  },
  300_000,
);

it('erasures that are requested before the sagas have seen the mail are completed after a kill at each step', async () => {
  const persons = ERASURE_KILL_POINTS.map((_, n) => `medlar${n}`);
  await living?.kill();
  await live('api,projections,mail');
  await receive(...persons);
  const requested = persons.map((person) => requestErasure(person).catch((error: unknown) => error));
  await requestsOnRecord(persons);
  await living!.kill();
  for (const cutOff of await Promise.all(requested)) expect(cutOff).toBeInstanceOf(NoAnswer);

  for (const point of ERASURE_KILL_POINTS) {
    living = ServiceProcess.start({ dataDir, databaseUrl: database.url, killAt: { point, n: 1 } });
    expect({ point, ended: await living.ended }).toMatchObject({ point, ended: { signal: 'SIGKILL' } });
  }
  await live();
  await areErased(persons);
}, 300_000);

const requestErasure = (person: string): Promise<unknown> =>
  api.json('POST', '/api/erasures', { address: `${person}@${person}.example` });

async function requestsOnRecord(persons: readonly string[]): Promise<void> {
  await waitUntil(
    () => api.json<{ items: { state: string }[] }>('GET', '/api/erasures'),
    ({ items }) => items.filter(({ state }) => state === 'running').length === persons.length,
  );
  const shown = await stored();
  for (const person of persons) expect(shown).toContain(`subject-1-of-${person}`);
}

async function areErased(persons: readonly string[]): Promise<void> {
  await api.settled();
  const { items } = await api.json<{ items: object[] }>('GET', '/api/erasures');
  for (const erasure of items.slice(0, persons.length))
    expect(erasure).toMatchObject({ state: 'done', contacts: 1, messages: 3, tasks: 3, blobs: 3 });
  const left = await stored();
  for (const text of persons.flatMap(ofPerson)) expect(left).not.toContain(text);
}
