import { FreshMailbox } from './fresh-mailbox.js';
import { endOf, startFetch } from './mailbox.js';
import { allOf, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

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

it('receives a message once in the first fetch when it lies in two folders or twice in one folder', async () => {
  box.deliver('one');
  box.deliver('one');
  box.deliver('one', 'Archive');
  await box.connect({ createTasks: true });
  expect(await box.fetch()).toMatchObject({ found: 3, received: 1 });
  expect(await box.subjects()).toEqual(['one']);
  expect(await allOf(admin, `/api/tasks?accountId=${box.accountId}`)).toHaveLength(1);
});

it('keeps its messages when the folder on the server is emptied, and receives the next message', async () => {
  const uids = ['one', 'two', 'three'].map((subject) => box.deliver(subject));
  await box.connect();
  await box.fetch();
  for (const uid of uids) box.server.expunge(box.address, 'INBOX', uid);
  box.deliver('four');
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
  expect(await box.subjects()).toEqual(['four', 'one', 'three', 'two']);
  expect(await box.inbox()).toMatchObject({ onServer: 1, outstanding: 0, failed: [] });
});

it('leaves no gap and no duplicate when messages are expunged during the fetch', async () => {
  for (let each = 0; each < 300; each++) box.deliver(`letter-${each}`);
  await box.connect();
  box.server.delayMs = 40;
  const started = await startFetch(admin, box.accountId);
  await waitUntil(
    () => Promise.resolve(box.server.commands),
    (commands) => commands.some((command) => command.startsWith('UID FETCH')),
  );
  for (const uid of [3, 150, 299]) box.server.expunge(box.address, 'INBOX', uid);
  const fetched = await endOf(admin, started);
  box.server.delayMs = 0;
  expect(fetched).toMatchObject({ state: 'done', found: 300, failed: 0 });
  expect(await box.inbox()).toMatchObject({ outstanding: 0, failed: [] });
  const [first, ...more] = [await box.subjects(), await box.fetch()] as const;
  expect(new Set(first).size).toBe(first.length);
  expect(first.length).toBeGreaterThanOrEqual(297);
  expect(more).toMatchObject([{ state: 'done', found: 0, received: 0 }]);
});

it('skips mail that the server received before fetchSince, and states the reason', async () => {
  box.server.deliver(box.address, 'INBOX', box.letter('old'), { internalDate: new Date('2026-02-28T23:59:00Z') });
  box.server.deliver(box.address, 'INBOX', box.letter('new'), { internalDate: new Date('2026-03-01T00:01:00Z') });
  await box.connect({ fetchSince: '2026-03-01' });
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
  expect(await box.subjects()).toEqual(['new']);
  expect(await box.inbox()).toMatchObject({
    ...{ onServer: 2, received: 1, outstanding: 0, failed: [] },
    skipped: [{ reason: 'received-before-fetch-since', count: 1, uids: '1' }],
  });
});
