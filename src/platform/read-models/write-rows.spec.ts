import fc from 'fast-check';
import pg from 'pg';
import type { TestDatabase } from '../../../test/database.js';
import { freshDatabase } from '../../../test/database.js';
import { foldRows, type RowChange, type WriteStep } from './fold-rows.js';
import { writeRows } from './write-rows.js';

const SCHEMA = (name: string): string => `create table ${name} (
  owner text collate "C" not null, n integer not null, title text, size bigint not null default 0,
  tags jsonb, words text[], at timestamptz, primary key (owner, n)
)`;
const tables = ['letters', 'parcels'].map((name) => ({
  name,
  key: ['owner', 'n'],
  forms: { tags: 'json', words: 'array' } as const,
}));
const notes = { name: 'notes', key: ['owner', 'subject'], textKey: true, forms: {} };

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  for (const { name } of tables) await client.query(SCHEMA(name));
  await client.query(
    'create table notes (owner text collate "C", subject text, n integer, primary key (owner, subject))',
  );
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

type Rows = Record<string, unknown>[];

/** Rows of empty tables after these batches, rolled back at the end. From `many` new rows on, they are copied. */
async function rowsAfter(batches: readonly (readonly RowChange[])[], many?: number): Promise<Rows[]> {
  await client.query('begin');
  try {
    for (const batch of batches) for (const step of foldRows(batch)) await writeRows(client, step, many);
    const rows: Rows[] = [];
    for (const { name } of tables)
      rows.push((await client.query<Rows[number]>(`select * from ${name} order by owner, n`)).rows);
    return rows;
  } finally {
    await client.query('rollback');
  }
}

const [letters] = tables as [(typeof tables)[number]];
const put = (n: number, row: object): RowChange => {
  const whole = { owner: 'ada', n, title: null, size: 0, tags: null, words: null, at: null, ...row };
  return { kind: 'put', table: letters, key: whole, row: whole };
};
const update = (n: number, row: object): RowChange => ({
  kind: 'update',
  table: letters,
  key: { owner: 'ada', n },
  row: { ...row },
});
const remove = (n: number): RowChange => ({ kind: 'remove', table: letters, key: { owner: 'ada', n } });

const columns = {
  title: fc.option(
    fc.oneof(fc.constantFrom('a', 'b', '', '\\N', '\\.', 'a\tb\r\n'), fc.string({ unit: 'binary', maxLength: 5 })),
  ),
  size: fc.integer({ min: 0, max: 3 }),
  tags: fc.option(fc.constantFrom({}, { a: ['b\0c', '\ud800'] }, [1, null], 'text', 'a\\\n\t')),
  words: fc.option(
    fc.array(fc.constantFrom('', 'a b', '"quoted", {or} \\not', 'NULL', 'a\0b', '\t\n\r', null), { maxLength: 3 }),
  ),
  at: fc.option(fc.constantFrom('2026-01-31T12:00:00.000Z', '1999-12-31T23:59:59.999Z')),
};
const someColumns = fc.record(
  {
    title: fc.oneof(columns.title, fc.constant(undefined)),
    size: columns.size,
    tags: columns.tags,
    words: columns.words,
    at: columns.at,
  },
  { requiredKeys: [] },
);
const table = fc.constantFrom(...tables);
const key = fc.record({ owner: fc.constantFrom('ada', 'ben'), n: fc.integer({ min: 0, max: 2 }) });
const where = fc.oneof(fc.record({ owner: fc.constantFrom('ada', 'ben') }), fc.record({ size: columns.size }));

const change: fc.Arbitrary<RowChange> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(table, key, fc.record(columns))
      .map(([t, k, row]) => ({ kind: 'put', table: t, key: { ...k, ...row }, row: { ...k, ...row } }) as const),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(table, key, someColumns)
      .map(([t, k, row]) => ({ kind: 'update', table: t, key: k, row }) as const),
  },
  { weight: 2, arbitrary: fc.tuple(table, key).map(([t, k]) => ({ kind: 'remove', table: t, key: k }) as const) },
  {
    weight: 1,
    arbitrary: fc.tuple(table, where).map(([t, k]) => ({ kind: 'removeWhere', table: t, key: k }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(table, where, columns.size, columns.tags, columns.words)
      .map(
        ([t, k, size, tags, words]) => ({ kind: 'updateWhere', table: t, key: k, row: { size, tags, words } }) as const,
      ),
  },
);

it.each([
  ['put', undefined],
  ['copied', 1],
])('the rows do not depend on the division of changes into batches (%s)', async (_, many) => {
  const changes = fc.array(change, { minLength: 1, maxLength: 30 });
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(changes, cuts, async (all, at) => {
      const ends = [...new Set([...at, all.length])].filter((end) => end <= all.length).sort((a, b) => a - b);
      const batches = ends.map((end, n) => all.slice(ends[n - 1] ?? 0, end));
      expect(await rowsAfter(batches, many)).toEqual(await rowsAfter(all.map((one) => [one])));
    }),
    { numRuns: many === undefined ? 200 : 100 },
  );
});

it('writes each row once for all its changes', () => {
  const changes = [
    put(1, { title: 'a' }),
    update(1, { title: 'b' }),
    remove(2),
    put(2, {}),
    update(3, { size: 1 }),
    update(3, { size: 2 }),
  ];
  const steps = foldRows(changes);
  expect(steps).toHaveLength(1);
  expect('rows' in steps[0]! && steps[0].rows).toHaveLength(3);
});

it('puts whole rows, updates existing rows, removes rows', async () => {
  const [rows] = await rowsAfter([
    [put(1, { title: 'a', size: 7 }), put(2, { title: 'b' }), put(3, {})],
    [update(1, { title: 'c' }), update(9, { title: 'no such row' }), put(2, { size: 1 }), remove(3), remove(9)],
  ]);
  expect(rows).toMatchObject([
    { n: 1, title: 'c', size: '7' },
    { n: 2, title: null, size: '1' },
  ]);
});

it('keeps a column that an update leaves undefined, also when the update is folded into a put', async () => {
  for (const batches of [
    [[put(1, { title: 'a' }), update(1, { title: undefined, size: 2 })]],
    [[put(1, { title: 'a' })], [update(1, { title: undefined, size: 2 })]],
  ])
    expect((await rowsAfter(batches))[0]).toMatchObject([{ title: 'a', size: '2' }]);
});

it('does not update a removed row', async () => {
  expect((await rowsAfter([[put(1, {}), remove(1), update(1, { size: 2 })]]))[0]).toEqual([]);
});

it('keeps the place of a removal by values among the other changes', async () => {
  const [rows] = await rowsAfter([
    [
      put(1, { size: 1 }),
      put(2, { size: 2 }),
      { kind: 'removeWhere', table: letters, key: { size: 1 } },
      put(3, { size: 1 }),
    ],
  ]);
  expect(rows).toMatchObject([{ n: 2 }, { n: 3 }]);
});

it('updates all rows with some values, those of earlier changes too', async () => {
  const [rows] = await rowsAfter([
    [
      put(1, { size: 1, title: 'a' }),
      put(2, { size: 2, title: 'b' }),
      { kind: 'updateWhere', table: letters, key: { size: 1 }, row: { size: 3, title: null } },
      put(3, { size: 1, title: 'c' }),
    ],
  ]);
  expect(rows).toMatchObject([
    { n: 1, size: '3', title: null },
    { n: 2, size: '2', title: 'b' },
    { n: 3, size: '1', title: 'c' },
  ]);
});

it('copies many new rows, and inserts or updates the others', async () => {
  const statements: string[] = [];
  const listening = {
    query: (sql: unknown, values?: unknown[]) => {
      if (typeof sql === 'string') statements.push(sql);
      return client.query(sql as string, values);
    },
  };
  await client.query('begin');
  const steps = (from: number): WriteStep[] =>
    foldRows(Array.from({ length: 40 }, (_, n) => put(from + n, { size: from })));
  for (const from of [0, 30]) await writeRows(listening as unknown as pg.ClientBase, steps(from)[0]!);
  const { rows } = await client.query('select size, count(*)::int as n from letters group by size order by size');
  await client.query('rollback');
  expect(rows).toEqual([
    { size: '0', n: 30 },
    { size: '30', n: 40 },
  ]);
  expect(statements.filter((sql) => sql.startsWith('insert'))).toHaveLength(1);
});

it('finds rows by keys of any text, and copies only new rows', async () => {
  const keys = ['', 'a b', 'NULL', '"quoted", {or} \\\\not', 'a\0b', '\ud800', 'Ünïcödé 😀', '\t\n'].map((subject) => ({
    owner: 'ada',
    subject,
  }));
  const all = (n: number): WriteStep =>
    foldRows(keys.map((key) => ({ kind: 'put', table: notes, key, row: { ...key, n } })))[0]!;
  await client.query('begin');
  for (const n of [1, 2]) await writeRows(client, all(n), 1);
  const { rows } = await client.query('select n, count(*)::int as rows from notes group by n');
  await client.query('rollback');
  expect(rows).toEqual([{ n: 2, rows: keys.length }]);
});

it('throws the error of a failed copy, and the connection can be used again', async () => {
  await client.query('begin');
  await client.query('savepoint before');
  const bad = foldRows([put(1, { at: 'yesterday or so' })]);
  await expect(writeRows(client, bad[0]!, 1)).rejects.toMatchObject({ code: '22007' });
  await client.query('rollback to before');
  await writeRows(client, foldRows([put(1, {})])[0]!, 1);
  expect((await client.query('select n from letters')).rows).toEqual([{ n: 1 }]);
  await client.query('rollback');
});

it.each([undefined, 1])('replaces characters that PostgreSQL cannot store', async (many) => {
  const broken = 'a\0b \ud83d c \\u0000 😀';
  const stored = 'a\ufffdb \ufffd c \\u0000 😀';
  const [rows] = await rowsAfter(
    [
      [put(1, { title: broken, tags: { deep: [broken] } }), put(2, {}), put(3, { title: broken })],
      [update(2, { title: broken }), { kind: 'removeWhere', table: letters, key: { n: 3, title: broken } }],
    ],
    many,
  );
  expect(rows).toMatchObject([
    { n: 1, title: stored, tags: { deep: [stored] } },
    { n: 2, title: stored },
  ]);
});

it('writes many rows in one statement', async () => {
  const [rows] = await rowsAfter([Array.from({ length: 5000 }, (_, n) => put(n, { title: `letter ${n}` }))]);
  expect(rows).toHaveLength(5000);
});
