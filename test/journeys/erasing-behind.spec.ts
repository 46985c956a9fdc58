import { randomUUID } from 'node:crypto';
import type { Projection } from '../../src/platform/read-models/projection.js';
import { rebuild, schemaOf } from '../../src/platform/read-models/rebuild.js';
import { allProjections } from '../../src/service.js';
import { EventStoreDbStandIn } from '../event-store/eventstoredb-stand-in.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { allOf, type Answer, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { everythingStored, rowsOf } from './stored.js';
import { waitUntil } from './wait-until.js';
import { mailUsers } from './world.js';

interface Erasure {
  state: 'preview' | 'running' | 'done';
  contacts: number | null;
  messages: number | null;
  tasks: number | null;
}

let mail: MailServer;
let eventstore: EventStoreDbStandIn | undefined;
const running: RunningService[] = [];
let service: RunningService;
let admin: Requests;
let account: string;

beforeEach(async () => {
  mail = await startMailServer({ users: mailUsers });
});
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.stop();
  await Promise.all([mail?.stop(), eventstore?.stop()]);
  eventstore = undefined;
});

/** The first process of a test owns database and folder; further processes share them. */
async function start(roles: string): Promise<RunningService> {
  const [first] = running;
  const env = { ROLES: roles, ...(eventstore && { EVENTSTORE_URL: eventstore.url }) };
  const started = await RunningService.start({ env, ...(first && { beside: first }) });
  running.push(started);
  if (first) return started;
  service = started;
  admin = await started.signedIn();
  const reactions = { createContacts: true, createTasks: true };
  account = (await addAccount(admin, accountOn(mail, 'own@example.test', 'secret-of-own', reactions), '?skipTest=true'))
    .id;
  return started;
}

function deliver(from: string, subject: string): void {
  const id = `Message-ID: <${randomUUID()}@x.example>`;
  const lines = [`From: ${from}`, 'To: own@example.test', `Subject: ${subject}`, id, '', `text of ${subject}`, ''];
  mail.deliver('own@example.test', 'INBOX', Buffer.from(lines.join('\r\n')));
}

/** Number of facts of a type. */
async function recorded(type: string): Promise<number> {
  if (eventstore) return eventstore.log.records.filter((record) => record.type === type).length;
  const { database } = service.service.platform;
  const [{ count }] = (await database.query('select count(*)::int as count from facts where type = $1', [type])) as [
    { count: number },
  ];
  return count;
}

/** Requests an erasure; resolves once the request is on record. */
async function request(address: string): Promise<{ answered: Promise<Answer<Erasure>> }> {
  const before = await recorded('ErasureRequested');
  const answered = admin.post<Erasure>('/api/erasures', { address });
  await waitUntil(
    () => recorded('ErasureRequested'),
    (now) => now > before,
  );
  return { answered };
}

async function nothingIsLeftOf(...texts: string[]): Promise<void> {
  const records = eventstore?.log.records.map(({ data }) => Buffer.from(data).toString()) ?? [];
  const stored = [await everythingStored(service), ...records].join('\n');
  for (const text of texts) expect(stored).not.toContain(text);
}

/** The tables of a rebuild that was killed. */
async function leaveRebuildOf(projection: Projection): Promise<void> {
  const { database } = service.service.platform;
  await database.query(`create schema ${schemaOf(projection)}`);
  for (const { name } of Object.values(projection.tables))
    await database.query(`create table ${schemaOf(projection)}."${name}" as select * from public."${name}"`);
}

async function rebuildsGiveEqualRows(): Promise<void> {
  const { platform } = service.service;
  const projections = allProjections(platform);
  await service.settled();
  const before = await rowsOf(service, projections);
  for (const projection of projections) await rebuild(platform, projection);
  expect(await rowsOf(service, projections)).toEqual(before);
}

it.each(['PostgreSQL', 'EventStoreDB'])(
  'erases contacts and tasks that sagas make after the request, on %s',
  async (engine) => {
    if (engine === 'EventStoreDB') eventstore = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
    await start('api,projections,mail');
    deliver('Dorabella <dora@behind.example>', 'quincejelly');
    deliver('Dorabella <dora@behind.example>', 'gooseberry');
    deliver('Emil <emil@emu.example>', 'rosehip');
    await fetchMail(admin, account);
    const { answered } = await request('dora@behind.example');
    expect(await recorded('TaskCreated')).toBe(0);

    await start('sagas');
    expect(await answered).toMatchObject({ status: 201, body: { state: 'done', contacts: 1, messages: 2, tasks: 2 } });
    await nothingIsLeftOf('Dorabella', 'dora@behind', 'quincejelly', 'gooseberry');
    expect([await recorded('TaskCreated'), await recorded('TaskErased')]).toEqual([3, 2]);
    expect(await allOf(admin, '/api/tasks')).toMatchObject([{ title: 'rosehip' }]);
    await rebuildsGiveEqualRows();
    const again = await admin.post<Erasure>('/api/erasures', { address: 'dora@behind.example' });
    expect(again).toMatchObject({ status: 201, body: { contacts: 0, messages: 0, tasks: 0 } });
  },
);

it('covers, on a further request, mail since the first request, although the first erasure has not ended', async () => {
  await start('api,projections,mail');
  deliver('Fay <fay@behind.example>', 'medlar');
  await fetchMail(admin, account);
  const first = await request('fay@behind.example');
  deliver('Fay <fay@behind.example>', 'damson');
  await fetchMail(admin, account);
  const second = await request('fay@behind.example');

  await start('sagas');
  expect(await first.answered).toMatchObject({ body: { state: 'done', messages: 1 } });
  expect(await second.answered).toMatchObject({ body: { state: 'done', messages: 1 } });
  await nothingIsLeftOf('fay@behind', 'medlar', 'damson');
  await rebuildsGiveEqualRows();
});

it('ends after the slowest read model has handled its facts, and not before', async () => {
  const { service: first } = await start('api,mail');
  const slow = allProjections().filter(({ id }) => /^(mail-search|tasks)@/.test(id));
  const held = await Promise.all(slow.map(({ id }) => first.platform.locks.tryAcquire(`follower ${id}`)));
  // A preview shows mail without a task only.
  const noTasksYet = await first.platform.locks.tryAcquire('follower create-task-when-message-received');
  await start('projections,sagas');
  deliver('Gus <gus@behind.example>', 'greengage');
  await fetchMail(admin, account);
  await waitUntil(
    () => everythingStored(service),
    (stored) => stored.includes('greengage'),
  );
  await leaveRebuildOf(allProjections().find(({ id }) => id.startsWith('mailbox-view@'))!);
  const previewing = admin.with({ 'Idempotency-Key': randomUUID() });
  await waitUntil(
    () => previewing.post(`/api/accounts/${account}/preview`, { set: { createTasks: true } }),
    ({ body }) => JSON.stringify(body).includes('greengage'),
  );
  await noTasksYet!.release();
  const { answered } = await request('gus@behind.example');
  await waitUntil(
    () => recorded('ContactErased'),
    (erased) => erased === 1,
  );
  expect(await recorded('PersonErased')).toBe(0);
  for (const lock of held) await lock!.release();
  expect(await answered).toMatchObject({ status: 201, body: { state: 'done', contacts: 1, messages: 1, tasks: 1 } });
  await nothingIsLeftOf('gus@behind', 'greengage');
  await rebuildsGiveEqualRows();
});
