import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { copyOfDatabase, type TestDatabase } from '../database.js';
import type { MessageSummary } from './mailbox.js';
import { allOf, done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { send, type SendingService, startSendingService, stopSendingService } from './sending-service.js';
import { waitUntil } from './wait-until.js';

type Outgoing = MessageSummary & { sending: { state: string; copy: string } };
interface Instance {
  service: RunningService;
  admin: Requests;
}

const KIM = [{ address: 'kim@kiosk.example' }];
const LONGEST_MS = 60_000;
let started: SendingService;
/** The database while the message `queued` waited. */
let backup: TestDatabase;
/** The data folder at the same moment. */
let folder: string;
let queued: string;
const instances: RunningService[] = [];
const cleanUp: (() => Promise<unknown>)[] = [];

/** Life 1 queues a message and ends, which is the moment of the backup. Life 2 sends it. */
beforeAll(async () => {
  started = await startSendingService({}, { env: { ROLES: 'api,projections,sagas' } });
  ({ id: queued } = await send(started, { to: KIM, subject: 'Queued before the backup', text: 'x' }));
  await started.service.settled();
  await started.service.end();
  backup = await copyOfDatabase(started.service.databaseUrl);
  folder = await copyOfFolder(started.service.dataDir);
  const instance = await start(started.service.databaseUrl, started.service.dataDir);
  await sent(instance, queued);
  await instance.service.end();
  assert.deepEqual(arrivals(), { 'Queued before the backup': 1 });
}, 180_000);
afterEach(async () => {
  await Promise.all(instances.splice(0).map((service) => service.end()));
  for (const step of cleanUp.splice(0)) await step();
});
afterAll(async () => {
  await stopSendingService(started);
  await backup?.drop();
  if (folder) await rm(folder, { recursive: true });
});

async function copyOfFolder(dataDir: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'mailroom-restored-'));
  await cp(dataDir, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** A copy of the backup, which only one test changes. @param sql of the time that has passed since */
async function restored(sql?: string): Promise<string> {
  const copy = await copyOfDatabase(backup.url);
  cleanUp.push(() => copy.drop());
  if (sql !== undefined) await runIn(copy.url, sql);
  return copy.url;
}

async function runIn(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function start(databaseUrl: string, dataDir: string): Promise<Instance> {
  const service = await RunningService.start({
    beside: started.service,
    config: { dataDir },
    env: { DATABASE_URL: databaseUrl },
  });
  instances.push(service);
  return { service, admin: await service.signedIn() };
}

const sent = ({ service, admin }: Instance, id: string): Promise<Outgoing> =>
  waitUntil(
    async () => {
      await service.settled();
      return done(await admin.get<Outgoing>(`/api/messages/${id}`));
    },
    ({ sending: { state, copy } }) => state === 'sent' && copy === 'kept',
    LONGEST_MS,
  );
const held = async ({ service }: Instance): Promise<string[]> =>
  done(await service.nobody.get<{ held: { why: string }[] }>('/health/ready')).held.map(({ why }) => why);
/** Number of arrivals of each subject. */
function arrivals(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { raw } of started.sink.messages) {
    const subject = /^Subject: (.*)$/m.exec(raw.toString())![1]!.trim();
    counts[subject] = (counts[subject] ?? 0) + 1;
  }
  return counts;
}

/** The queued mail waits, newer mail leaves, and after the release nothing arrives twice. */
async function holdsUntilReleased(instance: Instance, why: string, subject: string): Promise<void> {
  const { admin } = instance;
  expect(await held(instance)).toEqual([why]);
  await sent(instance, (await send({ admin, account: started.account }, { to: KIM, subject, text: 'x' })).id);
  expect((await allOf<Outgoing>(admin, '/api/outbox')).map(({ id }) => id)).toEqual([queued]);
  expect(done(await admin.get<Outgoing>(`/api/messages/${queued}`)).sending.state).toBe('held');
  done(await admin.delete('/api/outbox/hold'));
  await sent(instance, queued);
  expect(await held(instance)).toEqual([]);
  expect(arrivals()).toMatchObject({ 'Queued before the backup': 1, [subject]: 1 });
}

it('a service that was switched off for a weekend sends the mail that waits, once', async () => {
  const { databaseUrl, dataDir } = started.service;
  const quiet = await RunningService.start({ beside: started.service, env: { ROLES: 'api,projections,sagas' } });
  const by = { admin: await quiet.signedIn(), account: started.account };
  const { id } = await send(by, { to: KIM, subject: 'Before the weekend', text: 'x' });
  await quiet.end();
  await runIn(databaseUrl, `update instances set beat_at = now() - interval '3 days'`);
  const instance = await start(databaseUrl, dataDir);
  expect(await held(instance)).toEqual([]);
  await sent(instance, id);
  expect(arrivals()).toMatchObject({ 'Before the weekend': 1 });
}, 120_000);

it('a copied data folder holds it, and sends it not again', async () => {
  const copy = await copyOfFolder(folder);
  cleanUp.push(() => rm(copy, { recursive: true }));
  await holdsUntilReleased(await start(await restored(), copy), 'folder-copied', 'After a copied folder');
}, 120_000);

it('a container without a volume on a snapshot of the database holds nothing, and sends it not again', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'mailroom-restored-'));
  cleanUp.push(() => rm(empty, { recursive: true }));
  await cp(join(folder, 'master.key'), join(empty, 'master.key'));
  await cp(join(folder, 'blobs'), join(empty, 'blobs'), { recursive: true });
  const instance = await start(await restored(`update instances set beat_at = now() - interval '1 day'`), empty);
  expect(await held(instance)).toEqual([]);
  await sent(instance, queued);
  expect(arrivals()).toMatchObject({ 'Queued before the backup': 1 });
}, 120_000);

// The last test: the folder joins the restored database.
it('a database that was restored from before a message left holds it, and sends it not again', async () => {
  // The backup is older than the folder by more than a minute of beats.
  const url = await restored('update instances set beat = beat - 10');
  await holdsUntilReleased(await start(url, started.service.dataDir), 'database-restored', 'After a restored database');
}, 120_000);
