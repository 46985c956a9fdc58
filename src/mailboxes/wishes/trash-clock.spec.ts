import type pg from 'pg';
import { freshDatabase, newPool, type TestDatabase } from '../../../test/database.js';
import { toPosition } from '../../platform/log/event-store.js';
import { TrashClock } from './trash-clock.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const BEGAN = Date.UTC(2026, 5, 1);

let database: TestDatabase;
let pool: pg.Pool;
let clock: TrashClock;

beforeAll(async () => {
  database = await freshDatabase();
  pool = newPool(database.url);
  clock = new TrashClock(pool);
});
beforeEach(() => pool.query('truncate trash_clock'));
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** Ticks on these days; the n-th one at position n. */
async function ticks(...days: number[]): Promise<void> {
  for (const [n, day] of days.entries()) await clock.tick(toPosition(n + 1), new Date(BEGAN + day * DAY_MS));
}
const olderThan = (days: number) => clock.before(Math.ceil(days * DAY_MS));

describe('the clock of the trash', () => {
  it('knows no age before its first tick', async () => expect(await olderThan(0)).toBeUndefined());

  it('tells the last position of an age', async () => {
    await ticks(0, 1, 2, 3.5);
    expect(await Promise.all([0, 1, 1.5, 2, 3.5, 4].map(olderThan))).toEqual(
      [4, 3, 3, 2, 1].map((n) => toPosition(n)).concat(undefined as never),
    );
  });

  it.each<[string, number[], number]>([
    ['is set forward by a year', [0, 1, 366, 367], 5],
    ['is set forward, and right again', [0, 1, 366, 2, 3], 2],
    ['is set back, and right again', [0, 1, -365, 2, 3], 2],
    ['stands still for a vacation', [0, 1, 15], 4],
    ['jumps to and fro', [0, 400, 0, 400, 0, 400], 3],
  ])('counts three days at most when it %s', async (_, days, age) => {
    await ticks(...days);
    expect(await olderThan(age)).toBe(toPosition(1));
    expect(await olderThan(age + 0.01)).toBeUndefined();
  });

  it('makes messages younger by three days when it is set back', async () => {
    await ticks(0, 1, -365, -364, -363, -362, -361);
    expect(await olderThan(2)).toBe(toPosition(1));
    expect(await olderThan(2.01)).toBeUndefined();
  });

  it('takes the earliest position where the age went down', async () => {
    await ticks(0, 1, 2, -365, 3, 4, 5);
    expect(await olderThan(3)).toBe(toPosition(2));
  });

  it('goes on with the time of the database', async () => {
    await clock.tick(toPosition(1));
    await clock.tick(toPosition(2));
    expect(await olderThan(0)).toBe(toPosition(2));
    expect(await olderThan(1)).toBeUndefined();
  });

  it('forgets ticks of more than sixty days ago', async () => {
    await ticks(...Array.from({ length: 100 }, (_, day) => day));
    expect((await pool.query('select from trash_clock')).rowCount).toBe(61);
    expect(await olderThan(30)).toBe(toPosition(70));
  });
});
