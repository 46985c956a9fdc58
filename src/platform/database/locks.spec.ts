import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase } from '../../../test/database.js';
import { until } from '../../../test/letters.js';
import { Locks } from './locks.js';

let database: TestDatabase;
let admin: pg.Client;
let here: Locks;
let there: Locks;

beforeAll(async () => {
  database = await freshDatabase();
  admin = new pg.Client(database.url);
  await admin.connect();
});
beforeEach(() => {
  here = new Locks(database.url);
  there = new Locks(database.url);
});
afterEach(async () => {
  await here.close();
  await there.close();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const terminateLockConnections = (): Promise<unknown> =>
  admin.query(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and application_name = 'mailroom-locks'`);

it('has one holder, over all processes and within one', async () => {
  expect(await here.tryAcquire('a')).toBeDefined();
  expect(await there.tryAcquire('a')).toBeUndefined();
  expect(await here.tryAcquire('a')).toBeUndefined();
  expect(await there.tryAcquire('b')).toBeDefined();
});

it('goes to one of many simultaneous callers', async () => {
  const asked = Array.from({ length: 20 }, (_, n) => (n % 2 ? here : there).tryAcquire('a'));
  expect((await Promise.all(asked)).filter((lock) => lock !== undefined)).toHaveLength(1);
});

it('is free for every process after its release', async () => {
  const first = await here.tryAcquire('a');
  await first!.release();
  const second = await there.tryAcquire('a');
  expect(second).toBeDefined();
  await first!.release();
  expect(await here.tryAcquire('a')).toBeUndefined();
  await second!.release();
  expect(await here.tryAcquire('a')).toBeDefined();
  expect(first!.lost.aborted).toBe(false);
});

it('is lost when its connection is terminated: the signal aborts and another process can take it', async () => {
  const [a, b] = [await here.tryAcquire('a'), await here.tryAcquire('b')];
  await terminateLockConnections();
  await until(() => a!.lost.aborted && b!.lost.aborted);
  const taken = await there.tryAcquire('a');
  expect(taken).toBeDefined();
  await a!.release();
  expect(await here.tryAcquire('a')).toBeUndefined();
  expect(taken!.lost.aborted).toBe(false);
});

it('is taken on a new connection after the old one was terminated', async () => {
  const lock = await here.tryAcquire('a');
  await terminateLockConnections();
  await until(() => lock!.lost.aborted);
  expect(await here.tryAcquire('a')).toBeDefined();
});

it('leaves no lock behind when the connection breaks while many locks are taken', async () => {
  await here.tryAcquire('first');
  const names = Array.from({ length: 300 }, (_, n) => `lock ${n}`);
  for (let broke = false; !broke;) {
    const asked = Promise.allSettled(names.map((name) => here.tryAcquire(name)));
    await terminateLockConnections();
    const outcomes = await asked;
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value?.release();
    broke = outcomes.some(({ status }) => status === 'rejected');
  }
  for (const name of names) expect(await there.tryAcquire(name)).toBeDefined();
});

it('is lost when its process closes', async () => {
  const lock = await here.tryAcquire('a');
  await here.close();
  expect(lock!.lost.aborted).toBe(true);
  expect(await here.tryAcquire('a')).toBeUndefined();
  await until(async () => (await there.tryAcquire('a')) !== undefined);
});

it('throws if the database does not answer', async () => {
  const nowhere = new Locks(database.url.replace(/:\d+\//, ':1/'));
  await expect(nowhere.tryAcquire('a')).rejects.toThrow('ECONNREFUSED');
  await nowhere.close();
});
