import { EventStream } from './event-stream.js';
import { FreshMailbox } from './fresh-mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

interface NotificationItem {
  id: string;
  kind: string;
  accountId: string;
  messageId: string | null;
  count: number;
  at: string;
  readAt: string | null;
}

interface Person {
  id: string;
  asks: Requests;
}

let service: RunningService;
let admin: Requests;
let mailbox: FreshMailbox;
const people: Record<string, Person> = {};
const open: EventStream[] = [];

async function person(name: string): Promise<Person> {
  const email = `${name}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role: 'user', password: PASSWORD }));
  return { id, asks: await service.signedIn({ email, password: PASSWORD }) };
}

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
  for (const name of ['ben', 'emil']) people[name] = await person(name);
});
beforeEach(async () => {
  mailbox = await FreshMailbox.open(service, admin);
  mailbox.deliver('before');
  await mailbox.connect({ notify: true, users: [people.ben!.id] });
  await mailbox.fetch();
});
afterEach(async () => {
  for (const stream of open.splice(0)) stream.close();
  await mailbox?.close();
});
afterAll(() => service?.stop());

async function arrives(...subjects: string[]): Promise<void> {
  for (const subject of subjects) mailbox.deliver(subject);
  await mailbox.fetch();
  await service.settled();
}

const of = async (by: Requests, query = ''): Promise<NotificationItem[]> =>
  (await allOf<NotificationItem>(by, `/api/notifications${query}`)).filter(
    ({ accountId }) => accountId === mailbox.accountId,
  );
const ben = (): Requests => people.ben!.asks;

it('new mail notifies people with access of their own, once and live; an import notifies nobody', async () => {
  await service.settled();
  expect(await of(ben())).toEqual([]);
  const streams = await Promise.all([ben(), admin].map((by) => EventStream.open(by)));
  open.push(...streams);
  await arrives('after');
  await mailbox.fetch();
  await service.settled();
  const message = (await mailbox.onRecord()).find(({ subject }) => subject === 'after')!;
  const [told, ...others] = await of(ben());
  expect(told).toMatchObject({ kind: 'mail', messageId: message.id, count: 1, readAt: null });
  expect(others).toEqual([]);
  expect([await of(admin), (await people.emil!.asks.get('/api/notifications')).status]).toEqual([[], 403]);
  const event = await streams[0]!.event({ kind: 'notification', id: told!.id });
  expect(event).toMatchObject({ accountId: mailbox.accountId });
  await streams[1]!.event({ kind: 'message', id: message.id });
  expect(streams[1]!.events.filter(({ kind }) => kind === 'notification')).toEqual([]);
});

it('notifications are read one by one or all at once, which the other windows of the person see', async () => {
  await arrives('one', 'two', 'three');
  const [, second] = await of(ben());
  const stream = await EventStream.open(ben());
  open.push(stream);
  const path = `/api/notifications/${second!.id}/read`;
  const read = done(await ben().post<Recorded>(path));
  await stream.event({ kind: 'notification', id: second!.id });
  expect(done(await ben().post<Recorded>(path))).toEqual(read);
  expect(await of(ben().after(read), '?unread=true')).toHaveLength(2);
  expect(await of(ben(), '?unread=false')).toMatchObject([{ id: second!.id }]);
  const all = done(await ben().post<Recorded>('/api/notifications/read', {}));
  expect(await of(ben().after(all), '?unread=true')).toEqual([]);
  await arrives('four');
  expect(await of(ben(), '?unread=true')).toHaveLength(1);
});

it('a notification goes with the access, the person in the mail, and the account', async () => {
  await arrives('one');
  const [told] = await of(ben());
  const access = `/api/accounts/${mailbox.accountId}/access/`;
  done(await admin.put(access + people.emil!.id));
  expect(await of(people.emil!.asks)).toEqual([]);
  expect((await people.emil!.asks.post(`/api/notifications/unknown/read`)).status).toBe(404);
  done(await admin.delete(access + people.ben!.id));
  expect(await of(ben())).toEqual([]);
  done(await admin.put(access + people.ben!.id));
  await service.settled();
  expect(await of(ben())).toEqual([]);
  await arrives('two');
  expect(await of(ben())).toMatchObject([{ kind: 'mail' }]);
  const { position } = done(await admin.post<Recorded>('/api/erasures', { address: 'ben@example.org' }));
  expect(await of(ben().after({ position }))).toEqual([]);
  expect((await ben().post(`/api/notifications/${told!.id}/read`)).status).toBe(404);
  await arrives('three');
  expect(await of(ben())).toHaveLength(1);
  done(await admin.delete(`/api/accounts/${mailbox.accountId}`));
  expect(await of(ben())).toEqual([]);
});
