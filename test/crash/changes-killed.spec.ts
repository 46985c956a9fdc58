import { ServiceProcess } from '../service/service-process.js';
import { ChangingSite, type ShownFolder } from './changing-site.js';
import { abortedChange, killedMailProcess } from './interrupted-changes.js';
import { FOLDER_KILL_POINTS } from './kill-points.js';

const SEED = 20_261;
const ABORTS = 12;
const KILLS = 2;

let site: ChangingSite;

beforeEach(async () => {
  site = await ChangingSite.open();
  await site.look();
});
afterEach(() => site?.close());

const folderAt = async (path: string): Promise<ShownFolder | undefined> =>
  (await site.folders()).find((each) => each.path === path && each.onServer);

type Point = (typeof FOLDER_KILL_POINTS)[number];

/** Requests that reach the steps, for a folder. */
const requests: Record<Point, (folderId: string) => [method: string, path: string, body?: object]> = {
  'folder.created': () => ['POST', `/api/accounts/${site.accountId}/folders`, { name: 'Work' }],
  'folder.renamed': (id) => ['PATCH', `/api/folders/${id}`, { name: 'Labour' }],
  'folder.setting-changed': (id) => ['PATCH', `/api/folders/${id}`, { role: 'drafts' }],
  'folder.emptied': (id) => ['DELETE', `/api/folders/${id}?withMail=true`],
  'folder.removed': (id) => ['DELETE', `/api/folders/${id}?withMail=true`],
};

it(`a service that is killed at ${FOLDER_KILL_POINTS.join(', ')} leaves both sides equal`, async () => {
  const { dataDir, databaseUrl } = site.service;
  const work = async (point: Point, folderId = ''): Promise<void> => {
    const [method, path, body] = requests[point](folderId);
    const doomed = ServiceProcess.start({ dataDir, databaseUrl, killAt: { point, n: 1 } });
    const url = await doomed.url;
    const headers = { ...site.requests.headers, 'Content-Type': 'application/json' };
    await expect(
      fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    ).rejects.toThrow();
    expect(await doomed.ended).toMatchObject({ signal: 'SIGKILL' });
    await site.isEqual();
  };
  await work('folder.created');
  const { id } = (await folderAt('Work'))!;
  await site.deliver('Work');
  await site.isEqual();
  await work('folder.renamed', id);
  expect(await folderAt('Labour')).toMatchObject({ id });
  await work('folder.setting-changed', id);
  expect(await folderAt('Labour')).toMatchObject({ role: 'drafts' });
  await work('folder.emptied', id);
  expect(await folderAt('Labour')).toMatchObject({ id });
  await work('folder.removed', id);
  expect(await folderAt('Labour')).toBeUndefined();
}, 240_000);

it(`${ABORTS} changes of folders and messages that are aborted leave both sides equal`, async () => {
  const told: string[] = [];
  for (let n = 0; n < ABORTS; n++) told.push(await abortedChange(site, SEED, n));
  expect(told.filter((each) => each.includes('aborted')).length).toBeGreaterThan(ABORTS / 3);
  await site.isEqual();
}, 120_000);

it(`${KILLS} kills of a process with the role mail leave both sides equal`, async () => {
  for (let n = 0; n < KILLS; n++) await killedMailProcess(site, SEED, n);
  await site.isEqual();
}, 120_000);
