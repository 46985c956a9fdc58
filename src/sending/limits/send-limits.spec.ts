import type { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../../test/database.js';
import { connectDatabase, poolOf } from '../../platform/database/database.js';
import { asksForLess, limitsOf, SendLimits, type Taken } from './send-limits.js';

const limits = { perMinute: 10, perHour: 100, perDay: 1000 };
const later = { code: 421, enhanced: '4.7.0' };

let database: TestDatabase;
let source: DataSource;
let other: DataSource;
let sending: SendLimits;

beforeAll(async () => {
  database = await freshDatabase();
  source = await connectDatabase(database.url);
  other = await connectDatabase(database.url);
  sending = new SendLimits(source);
});
beforeEach(() => poolOf(source).query('truncate sent_counts, sending_paces'));
afterAll(async () => {
  await source?.destroy();
  await other?.destroy();
  await database?.drop();
});

/** As if all that was counted and asked for had happened earlier. */
async function pass(minutes: number): Promise<void> {
  const pool = poolOf(source);
  await pool.query("update sent_counts set slot = slot - $1 * interval '1 minute'", [minutes]);
  await pool.query("update sending_paces set yielded_at = yielded_at - $1 * interval '1 minute'", [minutes]);
}

async function takeUntilRefused(kind: 'own' | 'bulk' = 'own'): Promise<{ taken: number; refusal: Taken }> {
  for (let taken = 0; ; taken++) {
    const refusal = await sending.take('a', limits, 1, kind);
    if (!refusal.ok) return { taken, refusal };
  }
}

describe('the limits of an account', () => {
  it('let mails leave up to the limit, and tell the time of the next', async () => {
    const { taken, refusal } = await takeUntilRefused();
    expect(taken).toBe(10);
    expect(refusal).toMatchObject({ ok: false, why: 'limit-per-minute' });
    const wait = (refusal as { notBefore: Date }).notBefore.getTime() - Date.now();
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThan(70_000);
    expect(await sending.take('b', limits, 1, 'own')).toMatchObject({ ok: true });
  });

  it('count by the hour and by the day too', async () => {
    for (let n = 0; n < 10; n++) {
      expect(await sending.take('a', limits, 10, 'own')).toMatchObject({ ok: true });
      await pass(2);
    }
    expect(await sending.take('a', limits, 1, 'own')).toMatchObject({ why: 'limit-per-hour' });
    for (let n = 0; n < 9; n++) {
      await pass(66);
      expect(await sending.take('a', limits, 100, 'own')).toMatchObject({ ok: true });
    }
    await pass(66);
    expect(await sending.take('a', limits, 1, 'own')).toMatchObject({ why: 'limit-per-day' });
  });

  it('hold over all processes', async () => {
    const second = new SendLimits(other);
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? sending : second).take('a', limits, 1, 'own')),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(10);
  });

  it('keep a reserve for people', async () => {
    expect((await takeUntilRefused('bulk')).taken).toBe(8);
    expect((await takeUntilRefused('own')).taken).toBe(2);
  });

  it('take back mails that did not leave', async () => {
    const taken = await sending.take('a', limits, 10, 'own');
    if (!taken.ok) throw new Error('nothing was taken');
    await sending.giveBack('a', 4, taken.at);
    expect((await takeUntilRefused()).taken).toBe(4);
  });

  it('forget nothing when a process starts again', async () => {
    await takeUntilRefused();
    expect(await new SendLimits(other).take('a', limits, 1, 'own')).toMatchObject({ ok: false });
  });

  it('are those of the settings, and the preset of the provider where these say nothing', () => {
    const account = { address: 'anna@gmail.com', outgoing: { host: 'smtp.gmail.com' } };
    const unset = { perMinute: null, perHour: null, perDay: null };
    expect(limitsOf({ ...account, limits: { ...unset, perHour: 50 } })).toEqual({
      perMinute: 20,
      perHour: 50,
      perDay: 500,
    });
  });
});

describe('the pace', () => {
  it('is halved when a server asks for less, and doubles every 15 minutes', async () => {
    await takeUntilRefused();
    expect(await sending.yielded('a', limits, later)).toBe(true);
    await pass(2);
    const { taken, refusal } = await takeUntilRefused();
    expect(taken).toBe(5);
    expect(refusal).toMatchObject({ why: 'server-slows-down' });
    await pass(15);
    const recovered = await takeUntilRefused();
    expect(recovered).toMatchObject({ taken: 10, refusal: { why: 'limit-per-minute' } });
  });

  it('is halved from the pace of the last minute, and never to nothing', async () => {
    await sending.take('a', limits, 4, 'own');
    await sending.yielded('a', limits, later);
    await pass(2);
    expect((await takeUntilRefused()).taken).toBe(2);
    for (let n = 0; n < 5; n++) {
      await sending.yielded('a', limits, later);
      await pass(2);
    }
    expect((await takeUntilRefused()).taken).toBe(1);
  });

  it('is halved once by answers to mails that left side by side, in any process', async () => {
    await takeUntilRefused();
    const second = new SendLimits(other);
    await Promise.all([1, 2, 3, 4].map((n) => (n % 2 ? sending : second).yielded('a', limits, later)));
    await pass(2);
    expect((await takeUntilRefused()).taken).toBe(5);
  });

  it.each([
    [421, null, true],
    [432, '4.3.2', true],
    [450, '4.7.1', true],
    [451, '4.7.0', true],
    [452, null, true],
    [451, '4.3.0', false],
    [452, '4.5.3', false],
    [452, '4.2.2', false],
    [550, '5.7.1', false],
    [250, '2.0.0', false],
  ])('follows %i %s: %s', async (code, enhanced, expected) => {
    expect(asksForLess({ code, enhanced })).toBe(expected);
    expect(await sending.yielded('a', limits, { code, enhanced })).toBe(expected);
  });
});
