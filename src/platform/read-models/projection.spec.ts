import { randomUUID } from 'node:crypto';
import type { LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { letterAnswered, letterPosted, metadata, openLetters } from '../../../test/letters.js';
import { inTransaction } from '../database/database.js';
import { START } from '../log/event-store.js';
import type { Recorded } from '../log/fact-log.js';
import { FactAtFault } from '../followers/follow.js';
import { createTables } from './projection-tables.js';
import { defineProjection, projectionFollower, stepsOf, table } from './projection.js';
import { writeRows } from './write-rows.js';

interface LetterRow {
  letterId: string;
  to: string | null;
}

let letters: LettersUnderTest;
let read: (fact: Recorded) => Promise<void>;
const columns = { letterId: { type: 'text', primary: true }, to: { type: 'text', nullable: true } } as const;

const shown = defineProjection<LetterFact, { letters: LetterRow }>({
  name: 'letters',
  version: 1,
  tables: {
    letters: table('letters', 1, {
      columns,
      indices: [{ columns: ['to'] }],
      also: ['create index on % (upper("to"))'],
    }),
  },
  on: {
    LetterPosted: async ({ letters: rows }, fact) => {
      await read(fact);
      rows.put({ letterId: 'the last', to: fact.data.letterId });
    },
    LetterAnswered: ({ letters: rows }, { data }) => rows.removeWhere({ to: data.letterId }),
  },
});
const broken = defineProjection<LetterFact, { letters: LetterRow }>({
  name: 'broken',
  version: 1,
  tables: { letters: table('broken', 1, { columns, also: ['create index on % (nowhere)'] }) },
  on: {},
});

beforeEach(async () => {
  letters = await openLetters(shown, broken);
  await createTables(letters.database, shown);
  read = () => Promise.resolve();
});
afterEach(() => letters.close());

const posted = (count: number): Promise<Recorded[]> =>
  appended(Array.from({ length: count }, (_, n) => letterPosted(`letter ${n}`)));

async function appended(facts: readonly LetterFact[]): Promise<Recorded[]> {
  const stream = `letter-${randomUUID()}`;
  await letters.log.append(stream, 'no-stream', facts, metadata);
  const all: Recorded[] = [];
  for await (const fact of letters.log.read(stream)) all.push(fact);
  return all;
}

async function projected(facts: readonly Recorded[]): Promise<void> {
  const steps = await stepsOf(shown, facts);
  await inTransaction(letters.pool, async (client) => {
    for (const step of steps) await writeRows(client, step);
  });
}
const rows = async (): Promise<LetterRow[]> => (await letters.pool.query<LetterRow>('select * from letters_1')).rows;

it('creates its tables once, also when several processes start', async () => {
  await Promise.all([1, 2, 3].map(() => createTables(letters.database, shown)));
  const { rows: indexes } = await letters.pool.query(`select 1 from pg_indexes where tablename = 'letters_1'`);
  expect(indexes).toHaveLength(3);
});

it('leaves no table, no lock and no transaction after a failure to create a table', async () => {
  await expect(createTables(letters.database, broken)).rejects.toThrow('nowhere');
  const { rows: left } = await letters.pool.query(
    `select to_regclass('broken_1') as made, (select count(*)::int from pg_locks join pg_database d on d.oid = database
         where locktype = 'advisory' and datname = current_database()) as locks,
       (select count(*)::int from pg_stat_activity where datname = current_database() and state like 'idle in%') as open`,
  );
  expect(left).toEqual([{ made: null, locks: 0, open: 0 }]);
});

it('folds changes in the order of facts, also when handlers end in another order', async () => {
  let ready: () => void = () => undefined;
  const others = new Promise<void>((resolve) => (ready = resolve));
  let done = 0;
  read = async (fact) => {
    if (fact.revision === 0) return others;
    await Promise.resolve();
    if (++done === 4) ready();
  };
  await projected(await posted(5));
  expect(await rows()).toEqual([{ letterId: 'the last', to: 'letter 4' }]);
});

it('starts all handlers of a batch together, so that their lookups can be one statement', async () => {
  let reading = 0;
  let most = 0;
  read = async () => {
    most = Math.max(most, ++reading);
    await letters.pool.query('select 1');
    reading--;
  };
  await projected(await posted(100));
  expect(most).toBe(100);
});

it('waits for all handlers after a failure, and throws the first failure', async () => {
  let reading = 0;
  read = async (fact) => {
    reading++;
    if (fact.revision === 3) throw new Error('the first failure');
    await letters.pool.query('select 1');
    reading--;
    if (fact.revision < 3) throw new Error('a later failure');
  };
  await expect(projected(await posted(20))).rejects.toThrow('the first failure');
  expect(reading).toBe(1);
  expect(await rows()).toEqual([]);
});

it('names the fact at fault in a batch of one fact', async () => {
  read = () => Promise.reject(new Error('a bug'));
  const [fact] = await posted(1);
  await expect(projected([fact!])).rejects.toThrow(FactAtFault);
});

it('commits rows and checkpoint together, or neither', async () => {
  const follower = projectionFollower(letters.database, letters.checkpoints, shown);
  const facts = await posted(3);
  const from = await letters.checkpoints.begin(shown.id);
  const to = facts[2]!.position;
  read = () => Promise.reject(new Error('a bug'));
  await expect(follower.handle(facts, from, to, true)).rejects.toThrow('a bug');
  expect([await letters.checkpoints.begin(shown.id), await rows()]).toEqual([START, []]);

  read = () => Promise.resolve();
  expect(await follower.handle(facts, from, to, true)).toBe(to);
  expect(await letters.checkpoints.begin(shown.id)).toBe(to);
  expect(await follower.handle(facts, from, to, true)).toBeUndefined();
  expect(await rows()).toHaveLength(1);
});

it.each([
  ['all rows in one statement', [letterPosted('a')]],
  ['rows by a condition', [letterPosted('a'), letterAnswered('a')]],
])('commits %s without waiting for the disk', async (_, facts) => {
  await letters.pool.query(`create table commits (setting text, source text);
    create function note() returns trigger language plpgsql as $$ begin
      insert into commits select setting, source from pg_settings where name = 'synchronous_commit'; return null; end $$;
    create constraint trigger noted after update on checkpoints deferrable initially deferred for each row execute function note()`);
  const follower = projectionFollower(letters.database, letters.checkpoints, shown);
  const from = await letters.checkpoints.begin(shown.id);
  await letters.pool.query('truncate commits');
  const stored = await appended(facts);
  const to = stored.at(-1)!.position;
  expect(await follower.handle(stored, from, to, true)).toBe(to);
  expect((await letters.pool.query('select * from commits')).rows).toEqual([{ setting: 'off', source: 'session' }]);
  const after = await letters.pool.query(`select source from pg_settings where name = 'synchronous_commit'`);
  expect(after.rows).not.toEqual([{ source: 'session' }]);
});
