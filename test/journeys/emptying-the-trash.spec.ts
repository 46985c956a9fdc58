import { TrashWorker } from '../../src/mailboxes/wishes/trash-worker.js';
import { messageKey } from '../../src/messages/message.events.js';
import { poolOf } from '../../src/platform/database/database.js';
import { FreshMailbox } from './fresh-mailbox.js';
import type { MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let service: RunningService;
let admin: Requests;
let box: FreshMailbox;
/** the clock of the worker */
let now: Date;

beforeEach(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
  box = await FreshMailbox.open(service, admin);
  await box.connect({ createTasks: true });
  now = new Date();
});
afterEach(async () => {
  await box.close();
  await service.stop();
});

const worker = (): TrashWorker => service.service.app.get(TrashWorker);

/** The worker looks once a day, for so many days. @returns numbers of destroyed messages */
async function days(count: number): Promise<number> {
  let destroyed = 0;
  for (let day = 0; day < count; day++) {
    now = new Date(now.getTime() + DAY_MS);
    destroyed += await worker().empty(now);
  }
  return destroyed;
}

async function deleted(...subjects: string[]): Promise<Map<string, string>> {
  for (const subject of subjects) box.deliver(subject);
  await box.fetch();
  const all = await box.onRecord();
  const ids = new Map(all.map(({ subject, id }) => [subject!, id]));
  for (const subject of subjects) done(await admin.delete(`/api/messages/${ids.get(subject)}`));
  await service.settled();
  return ids;
}

const onRecord = async (id: string): Promise<boolean> =>
  (await service.service.platform.keys.find([messageKey(id)])).size === 1;

it('a message is destroyed after thirty days in the trash, and its task keeps its title', async () => {
  const ids = await deleted('quince', 'restored');
  expect(await days(25)).toBe(0);
  done(await admin.post(`/api/messages/${ids.get('restored')}/restore`));
  await deleted('medlar');
  expect(await days(5)).toBe(0);
  expect(await days(1)).toBe(1);
  expect(await days(20)).toBe(0);
  expect(await days(6)).toBe(1);
  await service.settled();
  expect(await box.subjects()).toEqual(['restored']);
  const tasks = await allOf<{ title: string }>(admin, '/api/tasks');
  expect(new Set(tasks.map(({ title }) => title))).toEqual(new Set(['quince', 'restored', 'medlar']));
  expect(await admin.get(`/api/messages/${ids.get('quince')}`)).toMatchObject({ status: 404 });
  box.server.changeUidValidity(box.address, 'INBOX');
  await box.fetch();
  expect(await box.subjects()).toEqual(['restored']);
});

it('a clock that jumps by a year destroys nothing, and a clock that was set back changes nothing', async () => {
  const right = now;
  await deleted('quince');
  await days(1);
  now = new Date(right.getTime() + 400 * DAY_MS);
  expect(await days(2)).toBe(0);
  now = new Date(right.getTime() - 400 * DAY_MS);
  expect(await days(2)).toBe(0);
  now = new Date(right.getTime() + 5 * DAY_MS);
  expect(await days(19)).toBe(0);
  expect(await days(10)).toBe(1);
});

it('mail of a removed account is destroyed in its time, too', async () => {
  const id = (await deleted('quince')).get('quince')!;
  done(await admin.delete<Recorded>(`/api/accounts/${box.accountId}`));
  await service.settled();
  expect(await onRecord(id)).toBe(true);
  expect(await days(31)).toBe(1);
  expect(await onRecord(id)).toBe(false);
});

it('many messages are destroyed in batches, by one of several processes', async () => {
  const subjects = Array.from({ length: 520 }, (_, n) => `letter ${n}`);
  for (const subject of subjects) box.deliver(subject);
  await box.fetch();
  const all = (await box.onRecord()).map(({ id }: MessageSummary) => id);
  for (const ids of [all.slice(0, 500), all.slice(500)])
    done(await admin.patch('/api/messages', { ids, set: { deleted: true } }));
  await days(30);
  now = new Date(now.getTime() + DAY_MS);
  const other = await RunningService.start({ beside: service, env: { ROLES: 'api' } });
  try {
    const both = await Promise.all([worker().empty(now), other.service.app.get(TrashWorker).empty(now)]);
    expect(both[0] + both[1]).toBe(520);
  } finally {
    await other.end();
  }
  expect(await box.subjects()).toEqual([]);
});

it('a destruction that a crash interrupted is completed', async () => {
  const id = (await deleted('quince')).get('quince')!;
  const { keys, database } = service.service.platform;
  await keys.destroy([messageKey(id)]);
  expect(await days(1)).toBe(0);
  await poolOf(database).query(`update data_keys set destroyed_at = now() - interval '1 hour' where wrapped is null`);
  expect(await days(1)).toBe(1);
  expect(await days(1)).toBe(0);
  expect(await service.service.platform.blobs.has(id)).toBe(false);
  expect(await admin.get(`/api/messages/${id}`)).toMatchObject({ status: 404 });
});
