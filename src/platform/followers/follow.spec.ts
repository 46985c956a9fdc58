import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { breakStatement } from '../../../test/failing-statement.js';
import { letterAnswered, letterPosted, metadata, openLetters, until } from '../../../test/letters.js';
import { Checkpoints } from './checkpoints.js';
import { inTransaction } from '../database/database.js';
import type { Position } from '../log/event-store.js';
import { toPosition } from '../log/event-store.js';
import type { Recorded } from '../log/fact-log.js';
import type { Follower } from './follow.js';
import { FollowerRunner } from './follow.js';
import { Locks } from '../database/locks.js';
import { defineProjection, projectionFollower, table } from '../read-models/projection.js';

const logger = pino({ level: 'silent' });
let letters: LettersUnderTest;
let errorFor: (fact: Recorded) => Error | undefined;
const closing: (() => Promise<unknown>)[] = [];

const lettersShown = defineProjection<LetterFact, { letters: { letterId: string; to: string | null } }>({
  name: 'letters',
  version: 1,
  tables: {
    letters: table('letters', 1, {
      columns: { letterId: { type: 'text', primary: true }, to: { type: 'text', nullable: true } },
    }),
  },
  on: {
    LetterPosted: ({ letters: rows }, fact) => {
      const error = errorFor(fact);
      if (error) throw error;
      rows.put({ letterId: fact.data.letterId, to: fact.data.to });
    },
  },
});

beforeEach(async () => {
  letters = await openLetters(lettersShown);
  await letters.pool.query('create table seen (n bigserial, fact uuid, follower text)');
  errorFor = () => undefined;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await letters.close();
});

/** A runner as in another process: with its own locks and checkpoints. */
function newRunner(): { runner: FollowerRunner; locks: Locks; checkpoints: Checkpoints } {
  const locks = new Locks(letters.url);
  const checkpoints = new Checkpoints(letters.pool, LOG_ID);
  const runner = new FollowerRunner(letters.log, locks, checkpoints, logger);
  closing.push(async () => {
    await runner.stop();
    await locks.close();
  });
  return { runner, locks, checkpoints };
}
let LOG_ID: string;
beforeEach(async () => {
  LOG_ID = await letters.store.identity();
});

/** A follower that writes a row per fact: a fact that is handled twice has two rows. */
function counting(
  name: string,
  by = name,
  before: () => Promise<void> = () => Promise.resolve(),
): Follower & { prepared: number } {
  const follower = {
    name,
    kind: 'projection' as const,
    types: ['LetterPosted'],
    batchSize: 10,
    prepared: 0,
    prepare: () => {
      follower.prepared++;
      return Promise.resolve();
    },
    async handle(
      facts: readonly Recorded[],
      from: Position,
      to: Position,
      atHead: boolean,
    ): Promise<Position | undefined> {
      await before();
      return inTransaction(letters.pool, async (client) => {
        if (!(await letters.checkpoints.move(client, name, from, to, atHead))) return undefined;
        const ids = facts.map((fact) => fact.id);
        await client.query(
          'insert into seen (fact, follower) select f, $2 from unnest($1::uuid[]) with ordinality as u (f, n) order by n',
          [ids, by],
        );
        return to;
      });
    },
  };
  return follower;
}

/** Posts letters to one stream in one append; returns the ids of the facts in order. */
async function post(...letterIds: string[]): Promise<{ ids: string[]; position: Position }> {
  const ids = letterIds.map(() => randomUUID());
  const stream = `letter-${randomUUID()}`;
  const facts = letterIds.map((letterId) => letterPosted(letterId));
  const { position } = await letters.log.append(stream, 'no-stream', facts, metadata, ids);
  return { ids, position };
}

const seen = async (): Promise<{ fact: string; follower: string }[]> =>
  (await letters.pool.query<{ fact: string; follower: string }>('select fact, follower from seen order by n')).rows;
const seenFacts = async (): Promise<string[]> => (await seen()).map(({ fact }) => fact);
const shown = async (): Promise<string[]> =>
  (await letters.pool.query<{ letterId: string }>('select "letterId" from letters_1 order by 1')).rows.map(
    (row) => row.letterId,
  );
const checkpoint = async (name: string) => (await letters.checkpoints.list()).find((row) => row.name === name);

describe('a follower', () => {
  it('handles every fact of its types once and in order, old and new, and reports when it is at the head', async () => {
    const old = await post('a', 'b', 'c');
    const { runner, checkpoints } = newRunner();
    runner.start([counting('count')]);
    await letters.log.append(`letter-${randomUUID()}`, 'no-stream', [letterAnswered('a')], metadata);
    const recent = await post('d');
    expect(await checkpoints.waitFor(['count'], recent.position, 30_000)).toBe(true);
    expect(await seenFacts()).toEqual([...old.ids, ...recent.ids]);
    await until(async () => (await checkpoint('count'))!.atHead !== null);
  });

  it('advances past facts of other types', async () => {
    const { runner, checkpoints } = newRunner();
    runner.start([counting('count')]);
    const { position } = await letters.log.append(
      `letter-${randomUUID()}`,
      'no-stream',
      [letterAnswered('a')],
      metadata,
    );
    expect(await checkpoints.waitFor(['count'], position, 30_000)).toBe(true);
    await until(async () => (await checkpoint('count'))!.position === position);
    expect(await seenFacts()).toEqual([]);
  });

  it('finishes its batch when it is stopped, and continues after that batch at the next start', async () => {
    const first = newRunner();
    const before = await post('a', 'b');
    first.runner.start([counting('count')]);
    await first.checkpoints.waitFor(['count'], before.position, 30_000);
    await first.runner.stop();
    const after = await post('c');
    const second = newRunner();
    await first.locks.close();
    second.runner.start([counting('count')]);
    await second.checkpoints.waitFor(['count'], after.position, 30_000);
    expect(await seenFacts()).toEqual([...before.ids, ...after.ids]);
  });
});

describe('a batch that fails', () => {
  it('is handled again up to the fact at fault, which the failure names; other followers continue', async () => {
    const { ids, position } = await post('a', 'b', 'c', 'd');
    errorFor = (fact) => (fact.id === ids[2] ? new TypeError('a bug') : undefined);
    const { runner, checkpoints } = newRunner();
    runner.start([projectionFollower(letters.database, checkpoints, lettersShown), counting('count')]);

    await until(async () => typeof (await checkpoint('letters@1'))?.failure?.factId === 'string');
    expect(await shown()).toEqual(['a', 'b']);
    const failure = { factId: ids[2], position: toPosition(3), message: `LetterPosted ${ids[2]}: a bug` };
    expect(await checkpoint('letters@1')).toMatchObject({ position: toPosition(2), failure });

    await checkpoints.waitFor(['count'], position, 30_000);
    const more = await post('e');
    await checkpoints.waitFor(['count'], more.position, 30_000);
    expect(await seenFacts()).toEqual([...ids, ...more.ids]);
    expect(await shown()).toEqual(['a', 'b']);
  });

  it('is continued at that fact by a process without the bug', async () => {
    const { ids, position } = await post('a', 'b', 'c');
    errorFor = (fact) => (fact.id === ids[1] ? new TypeError('a bug') : undefined);
    const first = newRunner();
    first.runner.start([projectionFollower(letters.database, first.checkpoints, lettersShown)]);
    await until(async () => typeof (await checkpoint('letters@1'))?.failure?.factId === 'string');
    await first.runner.stop();
    await first.locks.close();

    errorFor = () => undefined;
    const second = newRunner();
    second.runner.start([projectionFollower(letters.database, second.checkpoints, lettersShown)]);
    expect(await second.checkpoints.waitFor(['letters@1'], position, 30_000)).toBe(true);
    expect(await shown()).toEqual(['a', 'b', 'c']);
    expect(await checkpoint('letters@1')).toMatchObject({ failure: null });
  });

  it('with a transient error is tried again until it succeeds', async () => {
    const { position } = await post('a', 'b');
    let failures = 0;
    errorFor = () => (++failures < 4 ? Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) : undefined);
    const { runner, checkpoints } = newRunner();
    runner.start([projectionFollower(letters.database, checkpoints, lettersShown)]);
    expect(await checkpoints.waitFor(['letters@1'], position, 30_000)).toBe(true);
    expect(failures).toBeGreaterThanOrEqual(4);
    expect(await shown()).toEqual(['a', 'b']);
    expect(await checkpoint('letters@1')).toMatchObject({ failure: null });
  });

  it('with a terminated connection is tried again', async () => {
    const { ids, position } = await post('a', 'b');
    let terminated = false;
    const follower = counting('count', 'count', async () => {
      if (terminated) return;
      terminated = true;
      await inTransaction(letters.pool, (client) => client.query('select pg_terminate_backend(pg_backend_pid())'));
    });
    const { runner, checkpoints } = newRunner();
    runner.start([follower]);
    expect(await checkpoints.waitFor(['count'], position, 30_000)).toBe(true);
    expect(await seenFacts()).toEqual(ids);
  });

  it('with an unreadable fact stops the follower, and the failure names the fact', async () => {
    const id = randomUUID();
    await letters.store.append('letter-x', 'no-stream', [
      { id, type: 'LetterPosted', data: { letterId: 'x', $sealed: 'AAAA' }, metadata: { ...metadata, v: 1, key: 'x' } },
    ]);
    await letters.keys.ensure(['x']);
    const { runner } = newRunner();
    runner.start([counting('count')]);
    await until(async () => (await checkpoint('count'))?.failure?.factId === id);
    expect(await seenFacts()).toEqual([]);
  });
});

describe('a broken connection', () => {
  it.each(['before', 'after'] as const)(
    'at any one statement, %s it was executed, neither loses nor repeats a fact',
    async (when) => {
      for (let n = 1, reached = true; reached; n++) {
        const name = `count-${n}`;
        const { ids, position } = await post('a', 'b', 'c', 'd', 'e');
        const { runner, locks, checkpoints } = newRunner();
        await checkpoints.begin(name);
        await letters.pool.query('update checkpoints set position = $2 where name = $1', [
          name,
          positionBefore(ids, position),
        ]);
        const breaking = breakStatement(n, when);
        runner.start([{ ...counting(name), types: ['LetterPosted', 'LetterAnswered'], batchSize: 2 }]);
        const passes = (to: Position) => until(() => checkpoints.waitFor([name], to, 30_000).catch(() => false));
        await passes(position);
        const more = await breaking.spare(() => post('f'));
        await passes(more.position);
        breaking.restore();
        await runner.stop();
        await locks.close();
        reached = breaking.statements() >= n;
        const mine = (await seen()).filter(({ follower }) => follower === name).map(({ fact }) => fact);
        expect(mine).toEqual([...ids, ...more.ids]);
      }
    },
  );
});

/** Position before facts of one append. */
const positionBefore = (ids: readonly string[], last: Position): Position =>
  toPosition(BigInt(last) - BigInt(ids.length));

describe('two processes', () => {
  it('run a follower once; the second process takes over when the first one dies', async () => {
    const [one, other] = [newRunner(), newRunner()];
    const [mine, theirs] = [counting('count', 'one'), counting('count', 'other')];
    one.runner.start([mine]);
    await until(() => mine.prepared === 1);
    other.runner.start([theirs]);
    const first = await post('a', 'b');
    await one.checkpoints.waitFor(['count'], first.position, 30_000);
    expect(theirs.prepared).toBe(0);

    await one.locks.close(); // closes its connection, like a process that dies
    await until(() => theirs.prepared === 1);
    const second = await post('c');
    await other.checkpoints.waitFor(['count'], second.position, 30_000);
    const [a, b] = first.ids;
    expect(await seen()).toEqual([
      { fact: a, follower: 'one' },
      { fact: b, follower: 'one' },
      { fact: second.ids[0], follower: 'other' },
    ]);
  });

  it('that both run a follower handle each fact once', async () => {
    const { ids, position } = await post('a', 'b', 'c');
    let moved = false;
    const follower = counting('count', 'this', async () => {
      if (moved) return;
      moved = true;
      const facts = [{ id: ids[0]! }, { id: ids[1]! }] as unknown as Recorded[];
      expect(await counting('count', 'another').handle(facts, toPosition(0), toPosition(2), false)).toBe(toPosition(2));
    });
    const { runner, checkpoints } = newRunner();
    runner.start([follower]);
    expect(await checkpoints.waitFor(['count'], position, 30_000)).toBe(true);
    expect(await seen()).toEqual([
      { fact: ids[0], follower: 'another' },
      { fact: ids[1], follower: 'another' },
      { fact: ids[2], follower: 'this' },
    ]);
  });
});
