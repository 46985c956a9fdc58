import { FreshMailbox } from './fresh-mailbox.js';
import { gapsOf } from './mailbox.js';
import type { Requests } from './requests.js';
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
  ['refuses SEARCH', (folder) => faults().refused.add(`SEARCH ${folder}`)],
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
