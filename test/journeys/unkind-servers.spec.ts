import { FreshMailbox } from './fresh-mailbox.js';
import { hashOf } from './demo-mailbox.js';
import type { OpenMessage } from './mailbox.js';
import { done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

let service: RunningService;
let admin: Requests;
let box: FreshMailbox;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

beforeEach(async () => {
  box = await FreshMailbox.open(service, admin);
});
afterEach(() => box.close());

it.each<[string, () => Promise<void> | void]>([
  [
    'copied to another folder',
    () => box.elsewhere(async (client) => (await client.mailboxCreate('Work'), client.messageCopy('1', 'Work'))),
  ],
  [
    'moved to another folder',
    () => box.elsewhere(async (client) => (await client.mailboxCreate('Work'), client.messageMove('1', 'Work'))),
  ],
  ['delivered again, byte by byte', () => void box.deliver('one')],
  ['numbered anew under another UIDVALIDITY', () => box.server.changeUidValidity(box.address, 'INBOX')],
  ['read by another program', () => box.elsewhere((client) => client.messageFlagsAdd('1', ['\\Seen']))],
])('recognises a message that was %s', async (_, happen) => {
  for (const subject of ['one', 'two', 'three']) box.deliver(subject);
  await box.connect();
  await box.fetch();
  const before = await box.onRecord();
  await happen();
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 0, failed: 0 });
  expect((await box.onRecord()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(await box.inbox()).toMatchObject({ outstanding: 0, failed: [] });
});

it('completes the fetch when the connection breaks in the middle of a message', async () => {
  for (let each = 0; each < 20; each++) box.deliver(`letter-${each}`, 'INBOX', 'x'.repeat(10_000));
  await box.connect();
  box.server.dropConnectionAfterBytes(100_000);
  const fetched = await box.fetch();
  expect(fetched).toMatchObject({ state: 'done', failed: 0 });
  expect(await box.subjects()).toEqual(Array.from({ length: 20 }, (_, each) => `letter-${each}`).sort());
  expect(await box.inbox()).toMatchObject({ outstanding: 0, failed: [], received: 20 });
});

it.each<[messages: number, bodies: number, how: 'end' | 'reset']>([
  [600, 200, 'end'],
  [600, 63, 'end'],
  [60, 63, 'reset'],
  [60, 7, 'end'],
  [20, 1, 'end'],
  [20, 1, 'reset'],
])('receives %i messages in one fetch over connections that break after %i bodies (%s)', async (many, count, how) => {
  for (let each = 0; each < many; each++) box.deliver(`letter-${each}`);
  await box.connect();
  box.server.faults.cutAfterBodies = { count, how };
  expect(await box.fetch()).toMatchObject({ state: 'done', found: many, received: many, failed: 0 });
  expect(await box.inbox()).toMatchObject({ onServer: many, received: many, outstanding: 0, failed: [] });
  expect(box.server.faults.bodiesSent).toBe(many);
});

it('leaves out a message at which the connection ends each time, and receives all others and later mail', async () => {
  for (let each = 0; each < 100; each++) box.deliver(`letter-${each}`);
  await box.connect();
  for (const uid of [30, 60]) box.server.faults.poisoned.add(uid);
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 98, failed: 2 });
  expect((await box.inbox()).failed).toEqual([{ reason: 'connection-lost', count: 2, uids: '30,60' }]);
  box.deliver('later');
  expect(await box.fetch()).toMatchObject({ state: 'done', found: 3, received: 1, failed: 2 });
  box.server.faults.poisoned.clear();
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 2, failed: 0 });
  expect(await box.inbox()).toMatchObject({ received: 101, outstanding: 0, failed: [] });
});

it.each<[string, (uid: number) => void]>([
  ['refuses', (uid) => box.server.answerNoToFetchOf(uid)],
  ['leaves out', (uid) => box.server.leaveOutOfFetch(uid)],
])(
  'shows a message that the server %s as a gap, receives the others, and receives it once the server gives it',
  async (_, withhold) => {
    const [, uid] = ['one', 'two', 'three'].map((subject) => box.deliver(subject));
    await box.connect();
    withhold(uid!);
    await box.fetch();
    expect(await box.subjects()).toEqual(['one', 'three']);
    expect(await box.inbox()).toMatchObject({
      ...{ onServer: 3, received: 2, outstanding: 0 },
      failed: [{ reason: 'not-given-by-server', count: 1, uids: String(uid) }],
    });
    box.server.faults.unfetchable.clear();
    box.server.faults.leftOut.clear();
    expect(await box.fetch()).toMatchObject({ state: 'done', found: 1, received: 1, failed: 0 });
    expect(await box.subjects()).toEqual(['one', 'three', 'two']);
    expect(await box.inbox()).toMatchObject({ received: 3, outstanding: 0, failed: [] });
  },
);

it('reports a refused login, and fetches and reports the account as connected once the login is accepted', async () => {
  box.deliver('one');
  await box.connect();
  box.server.refuseLogins(true);
  expect(await box.fetch()).toMatchObject({ state: 'failed', reason: 'login-refused' });
  await service.settled();
  const status = async (): Promise<object> => done(await admin.get<object>(`/api/accounts/${box.accountId}`));
  expect(await status()).toMatchObject({
    status: 'failing',
    statusReason: expect.stringContaining('refused the login'),
  });
  box.server.refuseLogins(false);
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
  await service.settled();
  expect(await status()).toMatchObject({ status: 'connected', statusReason: null });
});

const BUSY = 'NO [ALERT] Too many simultaneous connections. (Failure)';
const shown = async (): Promise<object> => {
  await service.settled();
  return done(await admin.get<object>(`/api/accounts/${box.accountId}`));
};

it('tries a login again that a busy server refuses for the moment', async () => {
  box.deliver('one');
  await box.connect();
  box.server.faults.loginAnswers.push(BUSY, 'BAD User is authenticated but not connected.');
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
  expect(await shown()).toMatchObject({ status: 'connected', statusReason: null });
});

it('does not report a wrong password for a server that is busy for long, and fetches later', async () => {
  box.deliver('one');
  await box.connect();
  box.server.faults.loginAnswers.push(...Array<string>(10).fill(BUSY));
  expect(await box.fetch()).toMatchObject({ state: 'failed', reason: 'temporarily-refused' });
  expect(await shown()).toMatchObject({
    statusReason:
      'The incoming server takes no login at the moment: ' +
      'Too many simultaneous connections. (Failure). The login may be right: try again later.',
  });
  box.server.faults.loginAnswers.length = 0;
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
  expect(await shown()).toMatchObject({ status: 'connected', statusReason: null });
});

it('asks a server no more that has had too many requests, and goes on at the next fetch', async () => {
  for (let each = 0; each < 100; each++) box.deliver(`letter-${each}`);
  await box.connect();
  box.server.faults.busyAfterBodies = 70;
  expect(await box.fetch()).toMatchObject({ state: 'failed', reason: 'temporarily-refused', received: 70, failed: 0 });
  expect(box.server.commands.filter((command) => /FETCH .*BODY/.test(command))).toHaveLength(1);
  box.server.faults.busyAfterBodies = Infinity;
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 30 });
  expect(box.server.faults.bodiesSent).toBe(100);
});

it('receives a message of 30 MB and serves it byte by byte', async () => {
  const raw = box.letter('large', 'The quick brown fox jumps over the lazy dog.\r\n'.repeat(680_000));
  box.server.deliver(box.address, 'INBOX', raw);
  box.deliver('small');
  await box.connect();
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 2, failed: 0 });
  const large = (await box.onRecord()).find(({ subject }) => subject === 'large')!;
  expect(large.size).toBe(raw.length);
  const answer = await admin.get(`/api/messages/${large.id}/raw`);
  expect([answer.headers.get('content-length'), hashOf(answer.bytes)]).toEqual([String(raw.length), hashOf(raw)]);
});

it('keeps bytes that are not a valid message, shows them, and continues with the next message', async () => {
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, each) => (each * 7919 + (each >> 3)) % 256));
  box.server.deliver(box.address, 'INBOX', noise);
  box.deliver('after it');
  await box.connect();
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 2, failed: 0 });
  const odd = (await box.onRecord()).find(({ subject }) => subject !== 'after it')!;
  expect((await admin.get(`/api/messages/${odd.id}/raw`)).bytes.equals(noise)).toBe(true);
  expect((await admin.get<OpenMessage>(`/api/messages/${odd.id}`)).status).toBe(200);
});
