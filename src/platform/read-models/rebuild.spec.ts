import { randomUUID } from 'node:crypto';
import type { LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { letterAnswered, letterPosted, metadata, openLetters, until } from '../../../test/letters.js';
import { toPosition } from '../log/event-store.js';
import { Locks } from '../database/locks.js';
import { createTables } from './projection-tables.js';
import { defineProjection, projectionFollower, table } from './projection.js';
import { rebuild, schemaOf, withoutRebuilds } from './rebuild.js';

interface PostedRow {
  letterId: string;
  to: string | null;
  answers: number;
}
interface PersonRow {
  name: string;
  lastLetter: string;
}

const text = { type: 'text' } as const;
let read: () => void;

const shown = defineProjection<LetterFact, { posted: PostedRow; people: PersonRow }>({
  name: 'posted-letters',
  version: 1,
  tables: {
    posted: table<PostedRow>('posted_letters', 1, {
      columns: { letterId: { ...text, primary: true }, to: { ...text, nullable: true }, answers: { type: 'integer' } },
      indices: [{ columns: ['to'] }],
      also: [
        'create index on % (upper("to")) where answers > 0',
        'alter table % add column at timestamptz default now()',
      ],
    }),
    people: table<PersonRow>('letter_people', 1, { columns: { name: { ...text, primary: true }, lastLetter: text } }),
  },
  on: {
    LetterPosted: ({ posted, people }, { data: { letterId, to } }) => {
      read();
      posted.put({ letterId, to, answers: 0 });
      people.put({ name: to ?? '', lastLetter: letterId });
    },
    LetterAnswered: ({ posted }, { data: { letterId } }) => posted.update({ letterId }, { answers: 1 }),
  },
});

let letters: LettersUnderTest;
let locks: Locks;
beforeEach(async () => {
  letters = await openLetters(shown);
  locks = new Locks(letters.url);
  await createTables(letters.database, shown);
  read = () => undefined;
});
afterEach(async () => {
  await locks.close();
  await letters.close();
});

async function post(count: number): Promise<void> {
  const facts = Array.from({ length: count }, (_, n): LetterFact[] => {
    const [letterId, to] = [`letter ${n % 1500}`, n % 7 === 0 ? `person ${n}` : 'ada'];
    return n % 400 === 399 ? [letterPosted(letterId, to), letterAnswered(letterId)] : [letterPosted(letterId, to)];
  }).flat();
  for (let at = 0; at < facts.length; at += 500)
    await letters.log.append(`letter-${randomUUID()}`, 'no-stream', facts.slice(at, at + 500), metadata);
}

async function rows(): Promise<unknown[]> {
  const all = [
    'select "letterId", "to", answers from posted_letters_1 order by 1',
    'select * from letter_people_1 order by 1',
  ];
  return Promise.all(all.map(async (sql) => (await letters.pool.query(sql)).rows));
}
const indexes = async (): Promise<unknown[]> =>
  (
    await letters.pool.query(
      `select indexdef from pg_indexes where schemaname = 'public' and tablename ~ '^(posted|letter_p)' order by 1`,
    )
  ).rows;
const rebuilt = (): Promise<unknown> => rebuild({ ...letters, locks }, shown);

/** Runs the follower up to the head of the log. */
async function followed(): Promise<void> {
  const follower = projectionFollower(letters.database, letters.checkpoints, shown);
  const stop = new AbortController();
  let at = await letters.checkpoints.begin(shown.id);
  for await (const { facts, position, atHead } of letters.log.follow(at, { signal: stop.signal, batchSize: 700 })) {
    await follower.handle(facts, at, position, atHead);
    at = position;
    if (atHead) stop.abort();
  }
}

it('a rebuild gives the same rows as the follower, with repeated keys and updates', async () => {
  await post(4000);
  await followed();
  const live = await rows();
  expect(live[0]).toHaveLength(1500);
  expect(await rebuilt()).toMatchObject({ facts: 4010, position: await letters.store.head() });
  expect(await rows()).toEqual(live);
});

it('a rebuild replaces a read model that is past the end of the log, as after a restored backup', async () => {
  await post(20);
  await followed();
  const live = await rows();
  await letters.pool.query(`update checkpoints set position = '${toPosition(9999)}' where name = '${shown.id}'`);
  expect(await rebuilt()).toMatchObject({ facts: 20, position: await letters.store.head() });
  expect(await rows()).toEqual(live);
  expect(await letters.checkpoints.begin(shown.id)).toBe(await letters.store.head());
});

it('a rebuild creates every index again, under its name', async () => {
  const before = await indexes();
  expect(before).toHaveLength(4);
  await post(10);
  await rebuilt();
  expect(await indexes()).toEqual(before);
});

it('a rebuild that fails leaves the live tables unchanged, and can be repeated', async () => {
  await post(3000);
  await followed();
  const live = await rows();
  let count = 0;
  read = () => {
    if (++count === 2500) throw new Error('a bug');
  };
  await expect(rebuilt()).rejects.toThrow('a bug');
  expect(await rows()).toEqual(live);
  const { rows: left } = await letters.pool.query('select to_regnamespace($1) as schema', [schemaOf(shown)]);
  expect(left).toEqual([{ schema: null }]);
  await rebuilt();
  expect(await rows()).toEqual(live);
});

it('a rebuild includes facts that are appended meanwhile', async () => {
  await post(1200);
  let more: Promise<void> | undefined;
  read = () =>
    void (more ??= letters.log
      .append('letter-late', 'no-stream', [letterPosted('late')], metadata)
      .then(() => undefined));
  await rebuilt();
  await more;
  await followed();
  expect((await letters.pool.query(`select 1 from posted_letters_1 where "letterId" = 'late'`)).rowCount).toBe(1);
});

it('a rebuild waits for queries that read its tables, in any order, and fails none of them', async () => {
  await post(20);
  await followed();
  const [first, second] = ['posted_letters_1', 'letter_people_1'].map((name) => `select from "${name}"`);
  const reader = await letters.pool.connect();
  await reader.query(`begin; ${second!}`);
  const done = rebuilt();
  await until(async () => {
    const { rows } = await letters.pool.query(`select from pg_locks where not granted`);
    return rows.length > 0;
  });
  await reader.query(`${first!}; commit`);
  reader.release();
  expect(await done).toMatchObject({ facts: 20 });
});

it('tables of a killed rebuild are dropped, and those of a rebuild in progress are not', async () => {
  const schemas = async (): Promise<unknown[]> =>
    (await letters.pool.query('select from pg_namespace where nspname = $1', [schemaOf(shown)])).rows;
  await letters.pool.query(`create schema ${schemaOf(shown)}`);
  const rebuilding = await locks.tryAcquire(`rebuild ${shown.id}`);
  expect(await withoutRebuilds(letters.pool, locks, [shown])).toBe(false);
  expect(await schemas()).toHaveLength(1);
  await rebuilding!.release();
  expect(await withoutRebuilds(letters.pool, locks, [shown])).toBe(true);
  expect(await schemas()).toHaveLength(0);
});
