import { EventStream } from './event-stream.js';
import { FreshMailbox } from './fresh-mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

interface Present {
  userId: string;
  name: string;
  state: string;
}

let service: RunningService;
let admin: Requests;
let mailbox: FreshMailbox;
let message: string;
const people: Record<string, { id: string; asks: Requests }> = {};
const open: EventStream[] = [];

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
  mailbox = await FreshMailbox.open(service, admin);
  for (const name of ['ben', 'emil', 'stranger']) {
    const email = `${name}@mailroom.test`;
    const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role: 'user', password: PASSWORD }));
    people[name] = { id, asks: await service.signedIn({ email, password: PASSWORD }) };
  }
  await mailbox.connect({ users: [people.ben!.id, people.emil!.id] });
  const other = await FreshMailbox.open(service, admin);
  await other.connect({ users: [people.stranger!.id] });
  mailbox.deliver('question');
  await mailbox.fetch();
  message = (await mailbox.onRecord())[0]!.id;
  await other.server.stop();
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mailbox?.server.stop()]);
});

const query = (sql: string, values: unknown[] = []): Promise<object[]> =>
  service.service.platform.database.query(sql, values);
const tell = async (name: string, state: string): Promise<Present[]> =>
  done(await people[name]!.asks.put<{ present: Present[] }>(`/api/messages/${message}/presence`, { state })).present;
const presentFor = async (by: Requests): Promise<Present[]> =>
  done(await by.get<{ present: Present[] }>(`/api/messages/${message}`)).present;
const live = async (by: Requests): Promise<EventStream> => {
  const stream = await EventStream.open(by);
  open.push(stream);
  return stream;
};

it('shows people at a message to the others, and never to themselves', async () => {
  const [ben, emil, stranger] = [
    await live(people.ben!.asks),
    await live(people.emil!.asks),
    await live(people.stranger!.asks),
  ];
  expect(await tell('ben', 'viewing')).toEqual([]);
  await emil.event({ kind: 'presence', id: message, accountId: mailbox.accountId });
  expect(await presentFor(people.emil!.asks)).toEqual([{ userId: people.ben!.id, name: 'ben', state: 'viewing' }]);
  expect(await tell('emil', 'answering')).toEqual([{ userId: people.ben!.id, name: 'ben', state: 'viewing' }]);
  expect(await presentFor(admin)).toMatchObject([
    { name: 'ben', state: 'viewing' },
    { name: 'emil', state: 'answering' },
  ]);
  const answering = { kind: 'presence', id: message, userId: people.emil!.id, state: 'answering' };
  await ben.event(answering);
  await tell('emil', 'gone');
  await ben.event({ ...answering, state: 'gone' });
  expect(await presentFor(people.ben!.asks)).toEqual([]);
  await tell('ben', 'gone');
  const own = (stream: EventStream, name: string) =>
    stream.events.filter((event) => event.kind === 'presence' && event.userId === people[name]!.id);
  expect(own(ben, 'ben')).toEqual([]);
  expect(stranger.events.filter(({ kind }) => kind === 'presence')).toEqual([]);
});

it('expires, and the others are told', async () => {
  const emil = await live(people.emil!.asks);
  await tell('ben', 'answering');
  await emil.event({ kind: 'presence', state: 'answering' });
  await query(`update presence set expires_at = expires_at - interval '30 seconds'`);
  await emil.event({ kind: 'presence', state: 'gone' });
  expect(await presentFor(people.emil!.asks)).toEqual([]);
});

it('ends at once for a person without access any more', async () => {
  await tell('emil', 'viewing');
  done(await admin.delete(`/api/accounts/${mailbox.accountId}/access/${people.emil!.id}`));
  expect(await presentFor(people.ben!.asks)).toEqual([]);
});

it('leaves no fact, and no more than twenty rows of one person', async () => {
  const before = await query('select count(*)::int as count from facts');
  for (let n = 0; n < 3; n++) await tell('ben', 'viewing');
  await query(
    `insert into presence select 'message-' || n, $1, 'a', 'viewing', now() + interval '20 s' from generate_series(1, 40) n`,
    [people.ben!.id],
  );
  await tell('ben', 'answering');
  expect(await query(`select count(*)::int as count from presence where user_id = $1`, [people.ben!.id])).toEqual([
    { count: 20 },
  ]);
  expect(await query('select count(*)::int as count from facts')).toEqual(before);
});
