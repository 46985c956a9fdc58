import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { START, toPosition } from '../log/event-store.js';
import { CheckpointTable } from './checkpoint-table.js';
import { Heartbeats } from './heartbeats.js';

const FRESH_MS = 10_000;
const LOG = randomUUID();
let database: TestDatabase;
let pool: pg.Pool;
let table: CheckpointTable;
let name: string;
let heartbeats: Heartbeats;
let clock: { mockRestore: () => void };
let now: number;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
  table = new CheckpointTable(pool, LOG);
});
beforeEach(async () => {
  now = Math.ceil(performance.now());
  clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
  name = randomUUID();
  await table.begin(name);
  heartbeats = new Heartbeats(pool, LOG);
});
afterEach(() => clock.mockRestore());
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const beat = (): Promise<boolean> => table.move(pool, name, START, START, true);
const isFresh = (): boolean => heartbeats.wasAtHead(name, FRESH_MS);

async function later(ms: number): Promise<void> {
  now += ms;
  await heartbeats.look();
}

it('one look alone tells nothing about the age of a beat', async () => {
  await beat();
  await heartbeats.look();
  expect(isFresh()).toBe(false);
});

it('a beat is at most as old as the look before it', async () => {
  await heartbeats.look();
  await beat();
  await later(1000);
  expect(isFresh()).toBe(true);
  await later(8000);
  expect(isFresh()).toBe(true);
  await later(1001);
  expect(isFresh()).toBe(false);
});

it('a beat that is first seen after a long time without looks may be that old', async () => {
  await heartbeats.look();
  await beat();
  await later(FRESH_MS + 1);
  expect(isFresh()).toBe(false);
  await beat();
  await later(1000);
  expect(isFresh()).toBe(true);
});

it('a follower stays fresh while the clock of the database is set back and forth', async () => {
  await heartbeats.look();
  for (const at of ['2030-01-01', '1999-12-31', '2031-06-01']) {
    await pool.query('update checkpoints set at_head = $2 where name = $1', [name, at]);
    await later(1000);
    expect(isFresh()).toBe(true);
  }
  await later(FRESH_MS);
  expect(isFresh()).toBe(false);
});

it('a move without reaching the head ends the silence, but proves no freshness', async () => {
  await heartbeats.look();
  await table.move(pool, name, START, toPosition(5), false);
  await later(1000);
  expect([isFresh(), heartbeats.silentMs(name)]).toEqual([false, 1000]);
  await later(30_000);
  expect(heartbeats.silentMs(name)).toBe(31_000);
});
