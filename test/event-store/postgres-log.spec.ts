import pg from 'pg';
import { WrongExpectedRevision } from '../../src/platform/log/event-store.js';
import { PostgresLog } from '../../src/platform/log/postgres-log.js';
import { freshDatabase } from '../database.js';
import type { TestDatabase } from '../database.js';
import { collected, newFact, newStream, numbered } from './contract/facts.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('PostgresLog', async () => {
  const database = await freshDatabase();
  const pools: pg.Pool[] = [];
  const open = (): Promise<PostgresLog> => {
    const pool = newPool(database.url);
    pools.push(pool);
    return PostgresLog.open(database.url, pool);
  };
  return {
    store: await open(),
    another: open,
    restart: async () => {
      for (let time = 0; time < 2; time++) await terminateOthers(database.url);
    },
    stop: async () => {
      for (const pool of pools) await pool.end();
      await database.drop();
    },
  };
});

function newPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', () => undefined); // an idle connection was terminated: the pool makes another
  return pool;
}

/** What clients see of a restart, without ending the server that other suites use. */
async function terminateOthers(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const others = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await client.query(`select pg_terminate_backend(pid, 5000) ${others}`).finally(() => client.end());
}

describe('appends that share a transaction', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let store: PostgresLog;
  beforeAll(async () => {
    database = await freshDatabase();
    pool = newPool(database.url);
    store = await PostgresLog.open(database.url, pool);
  });
  afterAll(async () => {
    await store.close();
    await pool.end();
    await database.drop();
  });

  it('are answered each, at whatever moment after another they come', async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      await store.append(newStream(), 'no-stream', [newFact()]);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      await store.append(newStream(), 'no-stream', [newFact()]);
    }
  });

  it('of one stream follow one another in the order in which they were asked for', async () => {
    const stream = newStream();
    const appended = Array.from({ length: 20 }, (_, n) =>
      store.append(stream, n === 0 ? 'no-stream' : n - 1, [newFact({ n })]),
    );
    expect((await Promise.all(appended)).map(({ revision }) => revision)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  it('are few transactions, of at most a few hundred facts', async () => {
    const transactions = async (): Promise<number> => {
      const { rows } = await pool.query<{ n: number }>('select count(distinct xmin::text)::int as n from facts');
      return rows[0]!.n;
    };
    const before = await transactions();
    await Promise.all(Array.from({ length: 1000 }, () => store.append(newStream(), 'no-stream', numbered(2))));
    expect((await transactions()) - before).toBeLessThanOrEqual(5);
  });

  it('fail alone: a stream that has moved, or an id that another stream has', async () => {
    const [taken, moved] = [newFact(), newStream()];
    await store.append(newStream(), 'no-stream', [taken]);
    await store.append(moved, 'no-stream', [newFact()]);
    const twice = newFact();
    const outcomes = await Promise.allSettled([
      store.append(newStream(), 'no-stream', [newFact()]),
      store.append(newStream(), 'no-stream', [taken]),
      store.append(moved, 'no-stream', [newFact()]),
      store.append(newStream(), 'no-stream', [twice]),
      store.append(newStream(), 'no-stream', [twice]),
      store.append(newStream(), 'no-stream', [newFact()]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: new Error(`fact id ${taken.id} is taken by another stream`) });
    expect(outcomes[2]).toMatchObject({ reason: expect.any(WrongExpectedRevision) });
    expect(await collected(store.read(moved))).toHaveLength(1);
  });

  it('wait out an outage also when they have to be tried one by one', async () => {
    const twice = newFact();
    const streams = Array.from({ length: 10 }, newStream);
    const clashing = Promise.allSettled([1, 2].map(() => store.append(newStream(), 'no-stream', [twice])));
    const others = streams.map((stream) => store.append(stream, 'no-stream', [newFact()]));
    await terminateOthers(database.url);
    await Promise.all(others);
    expect((await clashing).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('leave no gap in the positions', async () => {
    const { rows } = await pool.query('select count(*)::int as facts, max(position)::int as last from facts');
    expect(rows[0]).toEqual({ facts: rows[0].last, last: rows[0].facts });
  });
});

it('followers at the head ask the table together whether the tail missed something', async () => {
  const [FOLLOWERS, LOOKS] = [20, 3];
  const database = await freshDatabase();
  const pool = newPool(database.url);
  const store = await PostgresLog.open(database.url, pool);
  await store.append(newStream(), 'no-stream', [newFact()]);
  const head = await store.head();
  let asked = 0;
  pool.on('acquire', () => asked++);
  const looked = async (): Promise<void> => {
    const ended = new AbortController();
    let looks = 0;
    for await (const { facts, position, atHead } of store.follow(head, { signal: ended.signal })) {
      expect({ facts, position, atHead }).toEqual({ facts: [], position: head, atHead: true });
      if (++looks > LOOKS) ended.abort();
    }
  };
  await Promise.all(Array.from({ length: FOLLOWERS }, looked));
  // Each may have asked once before the tail stood.
  expect(asked - FOLLOWERS).toBeLessThan((FOLLOWERS * LOOKS) / 2);
  await store.close();
  await pool.end();
  await database.drop();
});
