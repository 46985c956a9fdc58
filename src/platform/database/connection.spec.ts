import { freshDatabase, type TestDatabase } from '../../../test/database.js';
import { TcpProxy } from '../../../test/event-store/tcp-proxy.js';
import { Connection } from './connection.js';
import { connectDatabase, isOutage, poolOf } from './database.js';

const SILENT_MS = 200;
let database: TestDatabase;
let proxy: TcpProxy;
let connection: Connection;
let broken: Error[];

beforeAll(async () => {
  database = await freshDatabase();
  const { hostname, port } = new URL(database.url);
  proxy = await TcpProxy.opened(hostname, Number(port));
});
beforeEach(async () => {
  const url = new URL(database.url);
  url.host = `localhost:${proxy.port}`;
  connection = new Connection({ connectionString: url.href, silentMs: SILENT_MS });
  broken = [];
  connection.on('error', (error) => broken.push(error));
  await connection.connect();
});
afterEach(async () => {
  await connection.end();
  await proxy.open();
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

const failureOf = (query: Promise<unknown>): Promise<unknown> =>
  query.then(
    () => undefined,
    (error: unknown) => error,
  );

it('fails at the next statement when PostgreSQL ends it between two statements, also out of a pool', async () => {
  const source = await connectDatabase(database.url);
  const used = await poolOf(source).connect();
  try {
    const { rows } = await used.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ended = new Promise((resolve) => used.once('end', resolve));
    await connection.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
    await ended;
    expect(isOutage(await failureOf(used.query('select 1')))).toBe(true);
  } finally {
    used.release(true);
    await source.destroy();
  }
});

it('breaks when its socket swallows a statement', async () => {
  proxy.swallow();
  const error = await failureOf(connection.query('select 1'));
  expect([isOutage(error), broken.length]).toEqual([true, 1]);
});

it('breaks when its socket swallows an answer', async () => {
  const answer = failureOf(connection.query('select pg_sleep(0.1)'));
  proxy.swallow();
  expect(isOutage(await answer)).toBe(true);
});

it('breaks when PostgreSQL does not answer on any connection', async () => {
  proxy.swallow();
  const answer = failureOf(connection.query('select 1'));
  proxy.stopListening();
  expect(isOutage(await answer)).toBe(true);
});

it('waits for a slow statement', async () => {
  await connection.query(`select pg_sleep(${(3 * SILENT_MS) / 1000})`);
  const { rows } = await connection.query<{ n: number }>('select 1 as n');
  expect([rows[0]!.n, broken]).toEqual([1, []]);
});

it('ends also when its socket swallows the farewell', async () => {
  proxy.swallow();
  await connection.end();
});

it('ends a statement that takes too long, as an outage', async () => {
  await connection.query('set statement_timeout = 50');
  expect(isOutage(await failureOf(connection.query('select pg_sleep(10)')))).toBe(true);
});
