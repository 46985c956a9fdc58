import { FreshMailbox } from './fresh-mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { EventStream } from './event-stream.js';
import { PASSWORD } from './world.js';

interface Item {
  id: string;
  subject: string;
  seen: boolean;
  seenByMe: boolean | null;
}

let service: RunningService;
let admin: Requests;
let mailbox: FreshMailbox;
let ben: { id: string; asks: Requests };
let emil: { id: string; asks: Requests };

async function person(name: string): Promise<{ id: string; asks: Requests }> {
  const email = `${name}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role: 'user', password: PASSWORD }));
  return { id, asks: await service.signedIn({ email, password: PASSWORD }) };
}

const access = (user: { id: string }): string => `/api/accounts/${mailbox.accountId}/access/${user.id}`;
const list = (by: Requests, query = ''): Promise<Item[]> =>
  allOf<Item>(by, `/api/accounts/${mailbox.accountId}/messages${query}`);
const unreadOf = async (by: Requests): Promise<string[]> =>
  (await list(by, '?unreadByMe=true')).map(({ subject }) => subject);
const idOf = async (subject: string): Promise<string> =>
  (await list(admin)).find((each) => each.subject === subject)!.id;
const change = async (by: Requests, subject: string, set: object): Promise<Recorded> =>
  done(await by.patch<Recorded>(`/api/messages/${await idOf(subject)}`, set));

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
  [ben, emil] = [await person('ben'), await person('emil')];
  mailbox = await FreshMailbox.open(service, admin);
  await mailbox.connect({ users: [ben.id] });
  for (const subject of ['one', 'two', 'three']) mailbox.deliver(subject);
  await mailbox.fetch();
  await service.settled();
});
afterAll(async () => {
  await mailbox?.close();
  await service?.stop();
});

it('mail that came since the access is unread, and read once the person marks it', async () => {
  expect((await unreadOf(ben.asks)).sort()).toEqual(['one', 'three', 'two']);
  const read = await change(ben.asks, 'one', { seenByMe: true });
  expect((await unreadOf(ben.asks.after(read))).sort()).toEqual(['three', 'two']);
  expect(await change(ben.asks, 'one', { seenByMe: true })).toMatchObject({ position: read.position });
  const opened = done(await ben.asks.get<Item & { seenBy: object[] }>(`/api/messages/${await idOf('one')}`));
  expect(opened).toMatchObject({ seen: false, seenByMe: true, seenBy: [{ userId: ben.id }] });
});

it('a mark as seen implies that the person has read the mail; nobody else has', async () => {
  const path = '/api/messages';
  const set = { ids: [await idOf('two')], set: { seen: true } };
  const { position } = done(await ben.asks.patch<{ position: string }>(path, set));
  const two = (await list(ben.asks.after({ position }))).find(({ subject }) => subject === 'two');
  expect(two).toMatchObject({ seen: true, seenByMe: true });
  const unread = await change(ben.asks, 'two', { seenByMe: false });
  expect((await unreadOf(ben.asks.after(unread))).sort()).toEqual(['three', 'two']);
  expect((await list(ben.asks, '?unread=false')).map(({ subject }) => subject)).toEqual(['two']);
});

it('mail on record before a person got access counts as read by that person', async () => {
  const granted = done(await admin.put<Recorded>(access(emil)));
  expect(await unreadOf(emil.asks.after(granted))).toEqual([]);
  mailbox.deliver('four');
  await mailbox.fetch();
  await service.settled();
  expect(await unreadOf(emil.asks)).toEqual(['four']);
  done(await admin.delete(access(emil)));
  const again = done(await admin.put<Recorded>(access(emil)));
  expect(await unreadOf(emil.asks.after(again))).toEqual([]);
});

it('mail before the first mark of an administrator counts as read by the administrator', async () => {
  expect(await unreadOf(admin)).toEqual([]);
  const opened = await change(admin, 'three', { seenByMe: false });
  expect(await unreadOf(admin.after(opened))).toEqual(['three']);
  mailbox.deliver('five');
  await mailbox.fetch();
  await service.settled();
  expect(await unreadOf(admin)).toEqual(['five', 'three']);
});

it('the windows of a person and the others that read the mail hear of a mark', async () => {
  const streams = await Promise.all([ben.asks, emil.asks].map((by) => EventStream.open(by)));
  const { position } = await change(ben.asks, 'five', { seenByMe: true });
  for (const stream of streams) {
    expect(await stream.event({ kind: 'message', id: await idOf('five') })).toMatchObject({ position });
    stream.close();
  }
});

it('a service has no read state of its own, and that of a person on behalf of them', async () => {
  const token = { name: 'crm', role: 'administrator' };
  const crm = service.withToken(done(await admin.post<{ token: string }>('/api/tokens', token)).token);
  expect((await list(crm)).map(({ seenByMe }) => seenByMe)).toEqual([null, null, null, null, null]);
  expect(await unreadOf(crm)).toEqual([]);
  await change(crm, 'five', { seenByMe: true });
  const read = await change(crm.with({ 'X-On-Behalf-Of': ben.id }), 'four', { seenByMe: true });
  expect(await unreadOf(ben.asks.after(read))).not.toContain('four');
});

it('the read state of a forgotten message and of a removed account is gone', async () => {
  const { position } = done(await admin.post<Recorded>('/api/erasures', { address: 'ben@example.org' }));
  expect(await unreadOf(ben.asks.after({ position }))).toEqual([]);
  const rows = (table: string): Promise<unknown[]> =>
    service.service.platform.database.query(`select 1 from ${table} where "accountId" = $1`, [mailbox.accountId]);
  expect([await rows('reading_unread_1'), await rows('reading_marks_1')]).toEqual([[], []]);
  done(await admin.delete(`/api/accounts/${mailbox.accountId}`));
  await service.settled();
  expect([await rows('reading_readers_1'), await rows('known_marks_streams_1')]).toEqual([[], []]);
});
