import fc from 'fast-check';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../../../test/database.js';
import { Tsvector } from './tsvector.js';
import { binaryRows } from './binary-rows.js';
import { copyRows, type Forms } from './copy-rows.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  await client.query('create table found (id text primary key, at timestamptz, words tsvector)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

interface Row {
  id: string;
  at: Date | null;
  words: Tsvector | null;
}

const stored = async (rows: Row[], isBinary: boolean): Promise<unknown[]> => {
  await client.query('begin');
  try {
    const forms: Forms = isBinary ? { words: 'tsvector' } : {};
    await copyRows(
      client,
      { name: 'found', forms },
      ['id', 'at', 'words'],
      rows as unknown as Record<string, unknown>[],
    );
    return (await client.query<Row>('select id, at, words::text from found order by id')).rows;
  } finally {
    await client.query('rollback');
  }
};

const lexemes = fc
  .array(
    fc.tuple(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 16_383 }), { maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((all) => new Map(all.map(([word, positions]) => [word, positions.toSorted((a, b) => a - b)])));

it('a row in binary format is the row of the text', async () => {
  const at = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  const row = fc.record({ words: fc.option(fc.tuple(lexemes, lexemes)), at: fc.option(at) });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (all) => {
      const rows = all.map(({ words, at: time }, n) => ({
        id: `a\\${n}\tż\0`,
        at: time,
        words: words && Tsvector.of(words[0]).with(words[1]),
      }));
      expect(await stored(rows, true)).toEqual(await stored(rows, false));
    }),
    { numRuns: 60 },
  );
});

it('lexemes of two vectors are joined, with the positions of both', () => {
  const body = Tsvector.of(new Map([['cat', [1, 3]]]));
  expect(String(body.with(new Map([['dog', []]])))).toBe("'cat':1,3 'dog'");
  expect(
    String(
      body.with(
        new Map([
          ['cat', [3, 10_001]],
          ["o'\\", [2]],
        ]),
      ),
    ),
  ).toBe("'cat':1,3,10001 'o''\\\\':2");
  expect(String(Tsvector.from(body.bytes))).toBe("'cat':1,3");
});

it('a value of another type leaves the rows to the text format', () => {
  expect(binaryRows([{ id: '1', n: 1 }], ['id', 'n'])).toBeUndefined();
});
