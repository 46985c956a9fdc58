import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase, newPool } from '../../../test/database.js';
import { Checkpoints } from './checkpoints.js';
import { CheckpointProblem } from './checkpoint-table.js';
import { START, toPosition } from '../log/event-store.js';

const LOG = randomUUID();
let database: TestDatabase;
let pool: pg.Pool;
let checkpoints: Checkpoints;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
  checkpoints = new Checkpoints(pool, LOG);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const rowOf = async (name: string) => (await checkpoints.list()).find((row) => row.name === name);

it('a checkpoint begins at the start and keeps its last position', async () => {
  const name = randomUUID();
  expect(await checkpoints.begin(name)).toBe(START);
  expect(await checkpoints.move(pool, name, START, toPosition(7), false)).toBe(true);
  expect(await checkpoints.begin(name)).toBe(toPosition(7));
});

it('a checkpoint advances from its stored position only', async () => {
  const name = randomUUID();
  await checkpoints.begin(name);
  await checkpoints.move(pool, name, START, toPosition(5), false);
  expect(await checkpoints.move(pool, name, START, toPosition(9), false)).toBe(false);
  expect(await checkpoints.begin(name)).toBe(toPosition(5));
});

it('one of several advances at the same moment succeeds', async () => {
  const name = randomUUID();
  await checkpoints.begin(name);
  const moves = [1, 2, 3, 4].map((n) => checkpoints.move(pool, name, START, toPosition(n), false));
  expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(1);
});

it('a checkpoint keeps the last time at the head of the log', async () => {
  const name = randomUUID();
  await checkpoints.begin(name);
  await checkpoints.move(pool, name, START, toPosition(1), false);
  expect((await rowOf(name))!.atHead).toBeNull();
  await checkpoints.move(pool, name, toPosition(1), toPosition(2), true);
  const { atHead } = (await rowOf(name))!;
  expect(atHead).toBeInstanceOf(Date);
  await checkpoints.move(pool, name, toPosition(2), toPosition(3), false);
  expect((await rowOf(name))!.atHead).toEqual(atHead);
});

it('a checkpoint names the fact at which its follower stopped, until the follower begins again', async () => {
  const name = randomUUID();
  await checkpoints.begin(name);
  const failure = { factId: randomUUID(), position: toPosition(3), message: 'a bug' };
  await checkpoints.fail(name, failure);
  expect(await rowOf(name)).toMatchObject({ position: START, failure });
  await checkpoints.begin(name);
  expect(await rowOf(name)).toMatchObject({ failure: null });
});

it('the progress of a follower of this process counts before it is stored, until the follower leaves', async () => {
  const name = randomUUID();
  await checkpoints.begin(name);
  checkpoints.reached(name, toPosition(4));
  expect(await rowOf(name)).toMatchObject({ position: toPosition(4) });
  expect(await checkpoints.position([name])).toBe(toPosition(4));
  await checkpoints.leave(name);
  expect(await rowOf(name)).toMatchObject({ position: START });
  expect(await checkpoints.position([name])).toBe(START);
});

it('the position of several followers is the lowest one, over all processes', async () => {
  const [here, there, nowhere] = [randomUUID(), randomUUID(), randomUUID()];
  const elsewhere = new Checkpoints(pool, LOG);
  await checkpoints.begin(here);
  await elsewhere.begin(there);
  checkpoints.reached(here, toPosition(9));
  await elsewhere.move(pool, there, START, toPosition(6), false);
  expect(await checkpoints.position([here, there])).toBe(toPosition(6));
  expect(await elsewhere.position([here, there])).toBe(START);
  expect(await checkpoints.position([here, nowhere])).toBe(START);
  expect(await checkpoints.position([here])).toBe(toPosition(9));
});

it('a wait ends when all followers have reached a position, here or in another process', async () => {
  const [here, there] = [randomUUID(), randomUUID()];
  const elsewhere = new Checkpoints(pool, LOG);
  await checkpoints.begin(here);
  await elsewhere.begin(there);
  let done = false;
  const waiting = checkpoints.waitFor([here, there], toPosition(3), 30_000).finally(() => (done = true));
  checkpoints.reached(here, toPosition(3));
  await pool.query('select 1');
  expect(done).toBe(false);
  await elsewhere.move(pool, there, START, toPosition(5), false);
  expect(await waiting).toBe(true);
});

it('a wait for a follower of another process ends also after waits for followers of this process', async () => {
  const [here, there] = [randomUUID(), randomUUID()];
  const [ours, elsewhere] = [new Checkpoints(pool, LOG), new Checkpoints(pool, LOG)];
  await ours.take(here);
  const first = ours.waitFor([here], toPosition(3), 30_000);
  ours.reached(here, toPosition(3));
  expect(await first).toBe(true);
  await elsewhere.begin(there);
  const second = ours.waitFor([there], toPosition(5), 2000);
  await elsewhere.move(pool, there, START, toPosition(5), false);
  expect(await second).toBe(true);
});

it('a wait ends after its time limit', async () => {
  const name = randomUUID();
  await checkpoints.begin(name);
  expect(await checkpoints.waitFor([name], toPosition(1), 30)).toBe(false);
  expect(await checkpoints.waitFor([name], START, 0)).toBe(true);
});

it('checkpoints past the end of the log move back to it, and no others', async () => {
  const names = [randomUUID(), randomUUID()];
  const test = new Checkpoints(pool, LOG);
  for (const name of names) await test.begin(name);
  await test.move(pool, names[0]!, START, toPosition(80), true);
  await test.move(pool, names[1]!, START, toPosition(40), true);
  expect(await test.rewind(toPosition(50))).toContain(names[0]);
  expect(await Promise.all(names.map((name) => test.begin(name)))).toEqual([toPosition(50), toPosition(40)]);
});

it('a checkpoint past the end of the log stops the start', async () => {
  const test = new Checkpoints(pool, randomUUID());
  await pool.query('truncate checkpoints');
  await test.begin('people@1');
  await test.move(pool, 'people@1', START, toPosition(10), false);
  await test.verify(toPosition(10));
  await expect(test.verify(toPosition(9))).rejects.toThrow(CheckpointProblem);
  await expect(test.verify(toPosition(9))).rejects.toThrow('read model people@1 has read past the end of the log');
});

it('a checkpoint of another log stops the start', async () => {
  await pool.query('truncate checkpoints');
  await new Checkpoints(pool, randomUUID()).begin('people@1');
  await expect(checkpoints.verify(toPosition(10))).rejects.toThrow('people@1 was built from another log');
  expect(await checkpoints.list()).toEqual([]);
});

it('a follower rests until a caller waits for it', async () => {
  const name = 'resting';
  await checkpoints.begin(name);
  checkpoints.reached(name, START);
  const { signal } = new AbortController();
  const resting = checkpoints.whenAwaited(name, 600_000, signal);
  const waiting = checkpoints.waitFor([name], toPosition(3), 30_000);
  await resting;
  await checkpoints.whenAwaited(name, 600_000, signal);
  checkpoints.reached(name, toPosition(3));
  expect(await waiting).toBe(true);
});
