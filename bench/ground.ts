import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connectDatabase, poolOf } from '../src/platform/database/database.js';
import { startPostgres } from '../src/platform/embedded-postgres/postgres-server.js';
import { migrate } from '../src/platform/migrations/migrate.js';
import { allProjections } from '../src/service.js';
import type { DataSource } from 'typeorm';

/** File in the folder of the ground with the standard error of all bench processes. */
export const PROCESSES_LOG = 'processes.log';

/** The environment of all benches: a temporary folder with a durable PostgreSQL, started like that of the service. */
export interface Ground {
  dir: string;
  /** a quick version of each bench, which only shows that it runs */
  small: boolean;
  say(line: string): void;
  /** URL of an empty database */
  database(): Promise<string>;
  /** adds a step for the end; the last step runs first */
  atTheEnd(step: () => Promise<unknown>): void;
}

export async function withGround<T>(small: boolean, work: (ground: Ground) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'mailroom-bench-'));
  const ending = [() => rm(dir, { recursive: true, force: true })] as (() => Promise<unknown>)[];
  const end = async (): Promise<void> => {
    for (const step of ending.splice(0).toReversed()) await step().catch((error: unknown) => console.error(error));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().finally(() => process.exit(1)));
  try {
    const server = await startPostgres({ dataDir: dir });
    ending.push(() => server.stop());
    return await work({
      dir,
      small,
      say: (line) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
      database: () => emptyDatabase(server.url),
      atTheEnd: (step) => void ending.push(step),
    });
  } catch (error) {
    process.stderr.write(await complaints(dir));
    throw error;
  } finally {
    await end();
  }
}

/** The last log lines of the processes, without level `info`. */
async function complaints(dir: string): Promise<string> {
  const log = await readFile(join(dir, PROCESSES_LOG), 'utf8').catch(() => '');
  const lines = log.split('\n').filter((line) => !line.includes('"level":30'));
  return lines.slice(-50).join('\n');
}

async function emptyDatabase(server: string): Promise<string> {
  const client = new pg.Client(server);
  await client.connect();
  const name = `bench_${randomBytes(6).toString('hex')}`;
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Connects like the service; the connection ends with the ground. */
export async function connected(ground: Ground, url: string): Promise<{ database: DataSource; pool: pg.Pool }> {
  const entities = allProjections().flatMap(({ tables }) => Object.values(tables).map(({ entity }) => entity));
  const database = await connectDatabase(url, entities);
  ground.atTheEnd(() => database.destroy());
  const pool = poolOf(database);
  pool.on('error', () => undefined);
  await migrate(pool);
  return { database, pool };
}

/** Lets `askers` call `once` again and again for `ms`. @returns the sum of the results per second */
export async function perSecond(askers: number, ms: number, once: (asker: number) => Promise<number>): Promise<number> {
  const begun = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: askers }, async (_, asker) => {
      while (performance.now() - begun < ms) {
        const more = await once(asker);
        done += more;
      }
    }),
  );
  return done / ((performance.now() - begun) / 1000);
}
