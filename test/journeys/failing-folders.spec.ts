import { FreshMailbox } from './fresh-mailbox.js';
import { gapsOf } from './mailbox.js';
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
  box.deliver('one');
  box.deliver('two', 'Broken');
  box.deliver('three', 'Work');
  await box.connect();
});
afterEach(() => box.close());

const gaps = async (folder: string) => {
  await service.settled();
  return (await gapsOf(admin, box.accountId)).find(({ path }) => path === folder);
};

const faults = () => box.server.faults;

it.each<[string, (folder: string) => unknown]>([
  ['answers EXAMINE with NO', (folder) => faults().refused.add(`EXAMINE ${folder}`)],
  ['has no UIDVALIDITY', (folder) => faults().withoutUidValidity.add(folder)],
  ['ends the connection with BYE', (folder) => faults().ending.set(folder, 'bye')],
  ['ends the connection', (folder) => faults().ending.set(folder, 'close')],
])('of which one %s are fetched but that one, which is named and tried again', async (_, breakIt) => {
  breakIt('Broken');
  const fetched = await box.fetch();
  expect(fetched).toMatchObject({ state: 'done', reason: null, received: 2 });
  expect(fetched.folders.filter(({ failed }) => failed !== null)).toMatchObject([
    { path: 'Broken', failed: expect.stringMatching(/^(refused-by-server|connection-lost)$/) },
  ]);
  expect(await box.subjects()).toEqual(['one', 'three']);
  expect(await gaps('Broken')).toMatchObject({ onServer: null, failedReason: expect.any(String) });

  faults().refused.clear();
  faults().withoutUidValidity.clear();
  faults().ending.clear();
  const again = await box.fetch();
  expect(again).toMatchObject({ state: 'done', received: 1 });
  expect(again.folders.filter(({ failed }) => failed !== null)).toEqual([]);
  expect(await gaps('Broken')).toMatchObject({ onServer: 1, received: 1, failedReason: null });
});

it.each<[string, (uid: number) => unknown]>([
  ['refuses SEARCH', () => faults().refused.add('SEARCH INBOX')],
  ['leaves a message out of SEARCH', (uid) => faults().unsearchable.add(uid)],
])('are fetched as a whole although the server %s', async (_, breakIt) => {
  const uid = box.deliver('four');
  breakIt(uid);
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 4 });
  expect(await gaps('INBOX')).toMatchObject({ onServer: 2, received: 2, outstanding: 0 });
});

it('are fetched from a day on although the server refuses SEARCH SINCE', async () => {
  done(await admin.patch(`/api/accounts/${box.accountId}`, { fetchSince: '2026-04-01' }));
  for (const day of ['2026-03-01', '2026-05-01'])
    box.server.deliver(box.address, 'INBOX', box.letter(day), { internalDate: new Date(`${day}T12:00:00Z`) });
  faults().refused.add('SINCE INBOX');
  expect(await box.fetch()).toMatchObject({ state: 'done' });
  expect(await box.subjects()).toEqual(['2026-05-01', 'one', 'three', 'two']);
  expect(await gaps('INBOX')).toMatchObject({ skipped: [{ reason: 'received-before-fetch-since', count: 1 }] });
});

it('show a message that the server counts and never lists as a gap, until the server lists it', async () => {
  const uid = box.deliver('four');
  faults().unsearchable.add(uid);
  faults().invisible.add(uid);
  for (const received of [3, 0]) {
    expect(await box.fetch()).toMatchObject({ state: 'done', received });
    expect(await gaps('INBOX')).toMatchObject({ onServer: 2, received: 1, outstanding: 1 });
  }
  faults().unsearchable.clear();
  faults().invisible.clear();
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 1 });
  expect(await gaps('INBOX')).toMatchObject({ onServer: 2, received: 2, outstanding: 0 });
});

it('with the inbox that fails are fetched, and the fetch fails with the reason of the inbox', async () => {
  faults().refused.add('EXAMINE INBOX');
  expect(await box.fetch()).toMatchObject({ state: 'failed', reason: 'refused-by-server', received: 2 });
  expect(await box.subjects()).toEqual(['three', 'two']);
  expect(await gaps('INBOX')).toMatchObject({ failedReason: 'refused-by-server' });
});

it('beside rows of LIST that are malformed or name a folder that is gone are fetched', async () => {
  faults().listRows = [
    ...['* LIST ((', '* LIST () "/" ""', '* LIST', '* LIST () "/" Gone', '* 7 NONSENSE (', '* LIST 1 2'],
  ];
  const fetched = await box.fetch();
  expect(fetched).toMatchObject({ state: 'done', received: 3 });
  expect(fetched.folders.filter(({ failed }) => failed !== null)).toMatchObject([
    { path: 'Gone', failed: 'refused-by-server', detail: expect.stringContaining('No such folder') },
  ]);
});

it('beyond a bound end the fetch with a reason, and the inbox is fetched all the same', async () => {
  faults().listRows = (function* () {
    for (let each = 0; ; each++) yield `* LIST (\\HasNoChildren) "/" "Folder ${each}"`;
  })();
  expect(await box.fetch()).toMatchObject({ state: 'failed', reason: 'too-many-folders', received: 1 });
  expect(await box.subjects()).toEqual(['one']);
  faults().listRows = [];
  expect(await box.fetch()).toMatchObject({ state: 'done', received: 2 });
});
