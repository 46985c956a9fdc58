import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofType, wholeLog } from '../crash/whole-log.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { Api } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';
import { withStore } from '../service/with-store.js';
import { hashOf } from './demo-mailbox.js';
import { accountOn, type FolderGaps, type MessageSummary } from './mailbox.js';
import { waitUntil } from './wait-until.js';

const ADDRESS = 'anna@example.test';
const SMALL = ['one', 'two', 'three', 'four'];
/** Larger than the limit from which a fetch streams a message to the disk. */
const LARGE_BYTES = 2_500_000;

let database: TestDatabase;
let mail: MailServer;
let dataDir: string;
let service: ServiceProcess;
let api: Api;
let account: string;
const delivered: string[] = [];
let fetchId: string;

beforeAll(async () => {
  [database, mail, dataDir] = await Promise.all([
    freshDatabase(),
    startMailServer({ users: { [ADDRESS]: 'secret' } }),
    mkdtemp(join(tmpdir(), 'mailroom-full-disk-')),
  ]);
  service = ServiceProcess.start({ dataDir, databaseUrl: database.url });
  api = await Api.signIn(await service.ready());
  const body = accountOn(mail, ADDRESS, 'secret', { createContacts: true, createTasks: true });
  account = (await api.json<{ id: string }>('POST', '/api/accounts', body)).id;
  for (const subject of SMALL) deliver(subject, `Text of ${subject}`);
  deliver('large', randomBytes(LARGE_BYTES / 2).toString('hex'));
});
afterAll(async () => {
  await service?.kill();
  await mail?.stop();
  await database?.drop();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

function deliver(subject: string, text: string): void {
  const raw = Buffer.from(`From: Kim <kim@kiosk.example>\r\nSubject: ${subject}\r\n\r\n${text}\r\n`);
  mail.deliver(ADDRESS, 'INBOX', raw);
  delivered.push(hashOf(raw));
}

const listed = async <T>(path: string): Promise<T[]> => (await api.json<{ items: T[] }>('GET', `/api/${path}`)).items;
const messages = (): Promise<MessageSummary[]> => listed(`accounts/${account}/messages`);
const hashesOnRecord = async (): Promise<string[]> =>
  Promise.all((await messages()).map(async ({ id }) => hashOf(await api.bytes(`/api/messages/${id}/raw`))));

/** Files of the blob store. */
async function blobFiles(): Promise<string[]> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== 'sweep-mark').map(({ name }) => name);
}

describe('a fetch on a full disk', () => {
  it('pauses with a reason, and records nothing', async () => {
    service.limitFiles(0);
    fetchId = await api.fetchMail(account);
    expect(await api.fetchPaused(fetchId)).toMatchObject({
      state: 'running',
      reason: null,
      pausedReason: 'disk-full',
      found: 5,
      received: 0,
    });
    expect(await messages()).toEqual([]);
    expect(await blobFiles()).toEqual([]);
    for (const path of ['contacts', 'companies', 'tasks']) expect(await listed(path)).toEqual([]);
    const facts = await withStore({ dataDir, databaseUrl: database.url }, ({ log }) => wholeLog(log));
    expect(ofType(facts, 'MessageReceived', 'FetchFailed')).toEqual([]);
  });

  it('leaves the account connected, and health tells the reason', async () => {
    expect(await api.json('GET', `/api/accounts/${account}`)).toMatchObject({ status: 'connected', unread: 0 });
    expect(await api.json('GET', '/health/ready')).toMatchObject({
      status: 'degraded',
      work: [{ name: 'fetching', paused: 1, reasons: ['disk-full'] }],
      blobFolder: { state: 'full', reason: expect.stringContaining('EFBIG') },
    });
    expect(service.log).not.toContain('"level":50');
  });

  it('records the small messages, whole and once, when the disk has room for them only', async () => {
    service.limitFiles(1024 * 1024);
    await waitUntil(messages, ({ length }) => length === SMALL.length);
    await api.settled();
    expect((await hashesOnRecord()).toSorted()).toEqual(delivered.slice(0, SMALL.length).toSorted());
    expect(await listed('tasks')).toHaveLength(SMALL.length);
    expect(await api.fetchPaused(fetchId)).toMatchObject({ state: 'running', pausedReason: 'disk-full' });
  });

  it('goes on by itself with room again, and brings each missing message once', async () => {
    service.limitFiles(undefined);
    expect(await api.fetchEnded(fetchId)).toMatchObject({
      state: 'done',
      reason: null,
      pausedReason: null,
      received: delivered.length,
      failed: 0,
    });
    await api.settled();
    expect((await hashesOnRecord()).toSorted()).toEqual(delivered.toSorted());
    const ids = (await messages()).map(({ id }) => id).toSorted();
    const tasks = await listed<{ messageId: string }>('tasks');
    expect(tasks.map(({ messageId }) => messageId).toSorted()).toEqual(ids);
    expect(await listed('contacts')).toHaveLength(1);
    const gaps = await listed<FolderGaps>(`accounts/${account}/gaps`);
    expect(gaps.find(({ path }) => path === 'INBOX')).toMatchObject({ received: 5, outstanding: 0, failed: [] });
    expect(await api.json('GET', '/health/ready')).toMatchObject({ status: 'ready', work: [] });

    expect(await api.fetchEnded(await api.fetchMail(account))).toMatchObject({ state: 'done', found: 0, received: 0 });
    expect(await messages()).toHaveLength(delivered.length);
  });
});
