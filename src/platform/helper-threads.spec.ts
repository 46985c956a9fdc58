import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '../../test/journeys/wait-until.js';
import { helperThreads, HelperThreads, TaskAtFault } from './helper-threads.js';

const WORKING = `
  export const probe = () => true;
  export const double = ({ n }) => 2 * n;
  export const hang = () => { for (;;); };
  export const allocate = () => { const all = []; for (;;) all.push(new Array(1e6).fill(0.5)); };`;
const HUNG = `
  export const probe = () => new Promise(() => undefined);
  export const double = () => { for (;;); };`;

let dir: string;
let file: string;
let threads: HelperThreads;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mailroom-threads-'));
  file = join(dir, 'worker.mjs');
  threads = new HelperThreads(dir, pathToFileURL(file), 3000, {
    maxThreads: 2,
    idleTimeout: 10_000,
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
});
afterEach(async () => {
  await threads.close();
  await rm(dir, { recursive: true, force: true });
});

const write = (source: string): Promise<void> => writeFile(file, source);
const double = (n: number): Promise<number> => threads.run<number>('double', { n });
const state = () => helperThreads().find(({ name }) => name === dir);
const works = () =>
  waitUntil(
    () => Promise.resolve(state()),
    (now) => now?.state === 'running',
  );

it('threads that cannot start refuse tasks and say so, and work once they can', async () => {
  await expect(double(2)).rejects.toMatchObject({ reason: 'helper-threads-fail', kind: 'unavailable' });
  expect(state()).toMatchObject({
    state: 'failing',
    reason: expect.stringContaining('worker.mjs'),
    since: expect.any(Date),
  });
  await write(WORKING);
  await works();
  expect(await double(2)).toBe(4);
  expect(state()).toEqual({ name: dir, state: 'running', reason: null, since: null });
});

it('threads that hang refuse tasks after their time limit, and work once they do not', async () => {
  await write(HUNG);
  const all = await Promise.allSettled([double(1), double(2), double(3), double(4)]);
  for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } });
  expect(state()).toMatchObject({ state: 'failing', reason: 'a task exceeded its time limit' });
  await write(WORKING);
  await works();
  expect(await double(2)).toBe(4);
});

it('a thread that loaded its module keeps working while the module is missing', async () => {
  await write(WORKING);
  expect(await double(1)).toBe(2);
  await rename(file, `${file}.away`);
  expect(await double(2)).toBe(4);
  await rename(`${file}.away`, file);
});

it.each(['hang', 'allocate'])(
  'a task that ends its thread by itself (%s) is at fault, and other tasks work',
  async (task) => {
    await write(WORKING);
    const [bad, good] = await Promise.allSettled([threads.run(task, {}), double(3)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(TaskAtFault) });
    expect(good).toEqual({ status: 'fulfilled', value: 6 });
    expect(state()).toMatchObject({ state: 'running' });
  },
);

it('closing refuses the tasks in flight, and blames none of them', async () => {
  await write(WORKING);
  expect(await double(1)).toBe(2);
  const hanging = threads.run('hang', {}).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  await threads.close();
  expect(await hanging).toMatchObject({ reason: 'helper-threads-fail' });
  expect(state()).toMatchObject({ state: 'running' });
});
