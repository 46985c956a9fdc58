import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '../database.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { Api, Problem } from '../service/api.js';
import { copyOfBundle, ServiceProcess } from '../service/service-process.js';
import { waitUntil } from './wait-until.js';

interface Readiness {
  status: string;
  threads: { name: string; state: string; reason: string | null; since: string | null }[];
}

const USER = 'anna@example.test';
const HUNG = `
  export { heads } from './working.js';
  export const probe = () => new Promise(() => undefined);
  export const [open, searchWordsOfBlobs] = [probe, () => { for (;;); }];`;
const HUNG_BY_MEDLAR = `
  import * as working from './working.js';
  export const [probe, heads, open] = [working.probe, working.heads, working.open];
  export async function searchWordsOfBlobs(task) {
    const outcomes = await working.searchWordsOfBlobs(task);
    while (outcomes.some(({ value }) => value.includes('medlar')));
    return outcomes;
  }`;

let database: TestDatabase;
let mail: MailServer;
let dataDir: string;
let bundle: string;
let service: ServiceProcess;
let api: Api;

beforeEach(async () => {
  [database, mail] = await Promise.all([freshDatabase(), startMailServer({ users: { [USER]: 'secret' } })]);
  dataDir = await mkdtemp(join(tmpdir(), 'mailroom-helpers-'));
  bundle = await copyOfBundle();
});
afterEach(async () => {
  await service?.kill();
  await Promise.all([mail?.stop(), database?.drop()]);
  for (const folder of [dataDir, bundle]) await rm(folder, { recursive: true, force: true });
});

async function addAccount(): Promise<string> {
  const server = (port: number): object => ({ host: '127.0.0.1', port, security: 'none' });
  const body = { address: USER, password: 'secret', incoming: server(mail.imapPort), outgoing: server(mail.smtpPort) };
  return (await api.json<{ id: string }>('POST', '/api/accounts', body)).id;
}

async function start(): Promise<void> {
  service = ServiceProcess.start({ dataDir, databaseUrl: database.url, bundle });
  api = await Api.signIn(await service.ready());
}

function deliver(...fruits: string[]): void {
  for (const fruit of fruits)
    mail.deliver(USER, 'INBOX', Buffer.from(`From: dora@x.example\r\nSubject: ${fruit}\r\n\r\nwordof${fruit}\r\n`));
}

const readers = async (): Promise<{ status: string; state: string | undefined; reason: string | null | undefined }> => {
  const { status, threads } = await api.json<Readiness>('GET', '/health/ready');
  const { state, reason } = threads.find(({ name }) => name === 'reading messages') ?? {};
  return { status, state, reason };
};
const search = (word: string): Promise<{ items: { id: string }[] }> => api.json('GET', `/api/messages?q=${word}`);

const found = async (fruits: readonly string[]): Promise<void> => {
  for (const fruit of fruits)
    await waitUntil(
      () => search(`wordof${fruit}`),
      ({ items }) => items.length === 1,
    );
  expect(await readers()).toEqual({ status: 'ready', state: 'running', reason: null });
};

it('a fetch goes on after readers that cannot start have recovered', async () => {
  const worker = join(bundle, 'message-worker.js');
  const working = await readFile(worker);
  await rm(worker);
  await start();
  deliver('quince', 'medlar', 'damson');
  const fetchId = await api.fetchMail(await addAccount());
  const failing = await waitUntil(readers, ({ state }) => state === 'failing');
  expect(failing).toMatchObject({
    status: 'degraded',
    reason: expect.stringMatching(/Cannot find module .*message-worker/),
  });
  await writeFile(worker, working);
  expect(await api.fetchEnded(fetchId)).toMatchObject({ state: 'done', received: 3 });
  await found(['quince', 'medlar', 'damson']);
});

it('mail is found by its text after readers that hang have recovered', async () => {
  const worker = join(bundle, 'message-worker.js');
  const working = await readFile(worker);
  await writeFile(join(bundle, 'working.js'), working);
  await writeFile(worker, HUNG);
  await start();
  deliver('quince', 'medlar', 'damson');
  await api.fetchEnded(await api.fetchMail(await addAccount()));
  const failing = await waitUntil(readers, ({ state }) => state === 'failing');
  expect(failing).toMatchObject({ status: 'degraded', reason: expect.stringMatching(/exceeded its time limit/) });
  const { items } = await api.json<{ items: { id: string }[] }>('GET', '/api/messages');
  expect(items).toHaveLength(3);
  const opening = await api.json('GET', `/api/messages/${items[0]!.id}`).catch((error: unknown) => error);
  expect(opening).toBeInstanceOf(Problem);
  expect(opening).toMatchObject({ status: 503, reason: 'helper-threads-fail' });

  await writeFile(worker, working);
  await found(['quince', 'medlar', 'damson']);
  expect(await api.json('GET', `/api/messages/${items[0]!.id}`)).toMatchObject({ content: 'complete' });
});

it('a message that ends its reader is found by its headers, and stops no other message', async () => {
  const worker = join(bundle, 'message-worker.js');
  await rename(worker, join(bundle, 'working.js'));
  await writeFile(worker, HUNG_BY_MEDLAR);
  await start();
  deliver('quince', 'medlar', 'damson');
  await api.fetchEnded(await api.fetchMail(await addAccount()));
  await api.settled();
  for (const word of ['wordofquince', 'medlar', 'wordofdamson']) expect((await search(word)).items).toHaveLength(1);
  expect((await search('wordofmedlar')).items).toHaveLength(0);
  expect(await readers()).toEqual({ status: 'ready', state: 'running', reason: null });
});
