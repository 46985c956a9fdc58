import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageKey, messageStream } from '../../src/messages/message.events.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { waitUntil } from '../journeys/wait-until.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { Api } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';
import { withStore } from '../service/with-store.js';
import { DESTROYING_KILL_POINTS } from './kill-points.js';

const USER = 'anna@example.test';
const LETTERS = 5;

let database: TestDatabase;
let mail: MailServer;
let dataDir: string;
let living: ServiceProcess | undefined;
let api: Api;
let accountId: string;

async function live(): Promise<void> {
  living = ServiceProcess.start({ dataDir, databaseUrl: database.url });
  const url = await living.ready();
  api = api ? api.at(url) : await Api.signIn(url);
}

beforeAll(async () => {
  [database, mail] = await Promise.all([freshDatabase(), startMailServer({ users: { [USER]: 'secret' } })]);
  dataDir = await mkdtemp(join(tmpdir(), 'mailroom-trash-'));
  await live();
  const server = (port: number): object => ({ host: '127.0.0.1', port, security: 'none' });
  const body = { address: USER, password: 'secret', incoming: server(mail.imapPort), outgoing: server(mail.smtpPort) };
  accountId = (await api.json<{ id: string }>('POST', '/api/accounts', { ...body, createTasks: true })).id;
});
afterAll(async () => {
  await living?.kill();
  await mail?.stop();
  await database?.drop();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

/** Receives messages and deletes them. @returns their ids */
async function deleted(word: string): Promise<string[]> {
  for (let n = 0; n < LETTERS; n++) {
    const head = [`From: dora@customer.example`, `To: ${USER}`, `Subject: ${word} ${n}`];
    mail.deliver(USER, 'INBOX', Buffer.from([...head, '', `text of ${word} ${n}`, ''].join('\r\n')));
  }
  await api.fetchEnded(await api.fetchMail(accountId));
  await api.settled();
  const { items } = await api.json<{ items: { id: string; subject: string }[] }>('GET', '/api/messages');
  const ids = items.filter(({ subject }) => subject.startsWith(word)).map(({ id }) => id);
  expect(ids).toHaveLength(LETTERS);
  await api.json('PATCH', '/api/messages', { ids, set: { deleted: true } });
  await api.settled();
  return ids;
}

/** Lets thirty days pass for the trash so far. */
const thirtyDaysLater = (): Promise<unknown> =>
  withStore({ dataDir, databaseUrl: database.url }, async ({ database: rows, store }) => {
    await rows.query(
      `insert into trash_clock (position, at, age_ms)
       select $1, now(), coalesce(max(age_ms), 0) + days * 86400000::bigint
       from (values (0), (30)) passed (days) left join trash_clock on true group by days order by days`,
      [await store.head()],
    );
  });

it.each(DESTROYING_KILL_POINTS)(
  'a worker that is killed at %s while it empties the trash is completed by the next process',
  async (point) => {
    const ids = await deleted(`word-${point}`);
    await living!.kill();
    await thirtyDaysLater();
    const options = { dataDir, databaseUrl: database.url, env: { ROLES: 'mail' } };
    const worker = ServiceProcess.start({ ...options, killAt: { point, n: 1 } });
    expect(await worker.ended).toMatchObject({ signal: 'SIGKILL' });

    await live();
    await waitUntil(
      () => api.json<{ items: object[] }>('GET', '/api/messages?box=trash'),
      ({ items }) => items.length === 0,
    );
    await api.settled();
    await withStore({ dataDir, databaseUrl: database.url }, async ({ log, keys, blobs }) => {
      for (const id of ids) {
        const types = (await Array.fromAsync(log.read(messageStream(id)))).map(({ type }) => type);
        expect(types).toEqual(['MessageReceived', 'MessageDestroyed']);
        expect((await keys.find([messageKey(id)])).size).toBe(0);
        expect(await blobs.has(id)).toBe(false);
      }
    });
    const { items: tasks } = await api.json<{ items: { title: string }[] }>('GET', '/api/tasks?limit=100');
    expect(tasks.filter(({ title }) => title.startsWith(`word-${point}`))).toHaveLength(LETTERS);
  },
  120_000,
);
