import pg from 'pg';
import { WrongExpectedRevision } from '../../src/platform/log/event-store.js';
import { PostgresLog } from '../../src/platform/log/postgres-log.js';
import { freshDatabase, newPool } from '../database.js';
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

/** Simulates a restart for the clients of one database: the server runs on for other suites. */
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

  it('all settle, with any delay between one append and the next', async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      await store.append(newStream(), 'no-stream', [newFact()]);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      await store.append(newStream(), 'no-stream', [newFact()]);
    }
  });

  it('are stored in the order of the calls within one stream', async () => {
    const stream = newStream();
    const appended = Array.from({ length: 20 }, (_, n) =>
      store.append(stream, n === 0 ? 'no-stream' : n - 1, [newFact({ n })]),
    );
    expect((await Promise.all(appended)).map(({ revision }) => revision)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  it('need few transactions for many facts', async () => {
    const transactions = async (): Promise<number> => {
      const { rows } = await pool.query<{ n: number }>('select count(distinct xmin::text)::int as n from facts');
      return rows[0]!.n;
    };
    const before = await transactions();
    await Promise.all(Array.from({ length: 1000 }, () => store.append(newStream(), 'no-stream', numbered(2))));
    expect((await transactions()) - before).toBeLessThanOrEqual(5);
  });

  it('fail separately: a moved stream, or an id that another stream has, fails only its own append', async () => {
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

  it('succeed through an outage also when a clash forces them into separate transactions', async () => {
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

it('followers at the head share the queries for facts that the tail missed', async () => {
  const [FOLLOWERS, LOOKS] = [20, 3];
  const database = await freshDatabase();
  const pool = newPool(database.url);
  const store = await PostgresLog.open(database.url, pool);
  await store.append(newStream(), 'no-stream', [newFact()]);
  const head = await store.head();
  let queries = 0;
  let starting = FOLLOWERS;
  pool.on('acquire', () => queries++);
  const look = async (): Promise<void> => {
    const ended = new AbortController();
    let looks = 0;
    for await (const { facts, position, atHead } of store.follow(head, { signal: ended.signal })) {
      expect({ facts, position, atHead }).toEqual({ facts: [], position: head, atHead: true });
      // Until the tail exists, each follower queries for itself: the count starts once all of them are at the head.
      if (looks === 0 && --starting === 0) queries = 0;
      if (++looks > LOOKS) ended.abort();
    }
  };
  await Promise.all(Array.from({ length: FOLLOWERS }, look));
  expect(queries).toBeLessThan((FOLLOWERS * LOOKS) / 2);
  await store.close();
  await pool.end();
  await database.drop();
});
