import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { letterPosted, metadata, openLetters } from '../../../test/letters.js';
import { Locks } from '../database/locks.js';
import { START } from '../log/event-store.js';
import { dropOlderVersions } from './older-versions.js';
import { defineProjection, projectionFollower, type Projection, table } from './projection.js';
import { buildReadModel, openReadModel } from './upgrade.js';

interface Row {
  letterId: string;
  to: string | null;
}

const text = { type: 'text' } as const;
let whileBuilding: () => Promise<void>;

/** Each version shows another text, so that rows tell their version. */
const version = (n: number, more: object = {}): Projection =>
  defineProjection<LetterFact, { letters: Row }>({
    name: 'letters',
    version: n,
    tables: {
      letters: table<Row>('letters', n, {
        columns: { letterId: { ...text, primary: true }, to: { ...text, nullable: true }, ...more },
      }),
    },
    on: {
      LetterPosted: async ({ letters: rows }, { data }) => {
        await whileBuilding();
        rows.put({ letterId: data.letterId, to: `${data.to} by ${n}` });
      },
    },
  });
const [first, second, third] = [version(1), version(2), version(3)];
const wider = version(4, { at: { type: 'integer', nullable: true } });

let letters: LettersUnderTest;
let locks: Locks;
let parts: Parameters<typeof buildReadModel>[0];
const never = new AbortController().signal;
beforeEach(async () => {
  letters = await openLetters(first, second, third, wider);
  locks = new Locks(letters.url);
  parts = { ...letters, locks, logger: pino({ level: 'silent' }) };
  whileBuilding = () => Promise.resolve();
  await openReadModel(parts, first, START);
  await post('ada');
  await followed(first);
});
afterEach(async () => {
  await locks.close();
  await letters.close();
});

const post = (letterId: string): Promise<unknown> =>
  letters.log.append(`letter-${randomUUID()}`, 'no-stream', [letterPosted(letterId, 'Ada')], metadata);
const open = async (projection: Projection): Promise<void> =>
  openReadModel(parts, projection, await letters.store.head());

/** Follows the log to its head. */
async function followed(projection: Projection): Promise<void> {
  const follower = projectionFollower(letters.database, letters.checkpoints, projection);
  const stop = new AbortController();
  let at = await letters.checkpoints.begin(projection.id);
  for await (const { facts, position, atHead } of letters.log.follow(at, { signal: stop.signal })) {
    at = (await follower.handle(facts, at, position, atHead)) ?? at;
    if (atHead) stop.abort();
  }
}

const shown = async (n: number): Promise<(string | null)[]> =>
  (await letters.pool.query<Row>(`select * from letters_${n} order by 1`)).rows.map(({ to }) => to);
const missing = { code: '42P01' };
const checkpoint = async ({ id }: Projection): Promise<unknown> =>
  (await letters.checkpoints.list()).find(({ name }) => name === id);

it('answers from the older version until the new one has caught up, and drops the older one then', async () => {
  const old = await checkpoint(first);
  await post('ben');
  await open(second);
  expect(await shown(2)).toEqual(['Ada by 1']);
  expect(await checkpoint(second)).toMatchObject({ position: (old as { position: string }).position, building: START });
  whileBuilding = async () => expect(await shown(2)).toEqual(['Ada by 1']);
  await buildReadModel(parts, second, never);
  expect(await shown(2)).toEqual(['Ada by 2', 'Ada by 2']);
  expect(await checkpoint(second)).toMatchObject({ position: await letters.store.head(), building: null });
  await expect(shown(1)).rejects.toMatchObject(missing);
  expect(await checkpoint(first)).toBeUndefined();
});

it('has no table, instead of an empty or wrong one, until a version with other columns has caught up', async () => {
  await open(wider);
  whileBuilding = () => expect(shown(4)).rejects.toMatchObject(missing);
  await buildReadModel(parts, wider, never);
  expect(await shown(4)).toEqual(['Ada by 4']);
  await expect(shown(1)).rejects.toMatchObject(missing);
});

it('does not answer from a version that had never caught up', async () => {
  await letters.pool.query('update checkpoints set at_head = null');
  await open(second);
  await expect(shown(2)).rejects.toMatchObject(missing);
});

it('passes over versions that were never complete, several releases later', async () => {
  await open(second);
  await open(third);
  expect(await shown(3)).toEqual(['Ada by 1']);
  await buildReadModel(parts, third, never);
  expect(await shown(3)).toEqual(['Ada by 3']);
  for (const n of [1, 2]) await expect(shown(n)).rejects.toMatchObject(missing);
});

it('answers from the older version after a build that was interrupted, and builds again', async () => {
  await open(second);
  whileBuilding = () => Promise.reject(new Error('interrupted'));
  await expect(buildReadModel(parts, second, never)).rejects.toThrow('interrupted');
  whileBuilding = () => Promise.resolve();
  await open(second);
  expect(await shown(2)).toEqual(['Ada by 1']);
  await buildReadModel(parts, second, never);
  expect(await shown(2)).toEqual(['Ada by 2']);
});

it('keeps an older version while a process of the older release follows it', async () => {
  const older = new Locks(letters.url);
  await older.tryAcquire(`follower ${first.id}`);
  await open(second);
  await buildReadModel(parts, second, never);
  expect([await shown(1), await shown(2)]).toEqual([['Ada by 1'], ['Ada by 2']]);
  expect(await dropOlderVersions(parts, [second])).toBe(false);
  await older.close();
  expect(await dropOlderVersions(parts, [second])).toBe(true);
  await expect(shown(1)).rejects.toMatchObject(missing);
});

it('drops read models that this release does not have, and nothing of a newer one', async () => {
  await letters.pool.query(`create table crm_history_entries_2 (id text); create table letters_9 (id text);
    insert into checkpoints select name, log, position from
      (select log, position from checkpoints) c, unnest(array['crm-history@2', 'letters@9']) name`);
  expect(await dropOlderVersions(parts, [first])).toBe(true);
  const { rows } = await letters.pool.query<{ name: string }>(
    `select tablename as name from pg_tables where tablename ~ '^(crm_history|letters)_' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(['letters_1', 'letters_9']);
  expect((await letters.checkpoints.list()).map(({ name }) => name)).toEqual(['letters@1', 'letters@9']);
});
