import type pg from 'pg';
import pLimit from 'p-limit';
import { type Position, START } from '../log/event-store.js';
import type { Platform } from '../open-platform.js';
import { dropOlderVersions, newestOlder } from './older-versions.js';
import { changingTables, createMissing, createTables, exist } from './projection-tables.js';
import type { Projection } from './projection.js';
import { rebuild } from './rebuild.js';

const SHOW_EVERY_MS = 1000;
/** Each build reads the whole log. */
const builds = pLimit(2);

const namesOf = (projection: Projection): string[] => Object.values(projection.tables).map(({ name }) => name);

/**
 * Prepares a read model for its first query. Missing tables of an empty log are created at once. Beside any other log,
 * the follower builds them (`buildReadModel`). Meanwhile queries read the newest version that had caught up, through
 * views. If its columns are others, or there is none, queries fail: a missing table is never an empty list.
 */
export async function openReadModel(
  { database, checkpoints }: Pick<Platform, 'database' | 'checkpoints'>,
  projection: Projection,
  head: Position,
): Promise<void> {
  if (head === START) return createTables(database, projection);
  if (await exist(database, projection)) return;
  await changingTables(database, projection, async (runner, client) => {
    await checkpoints.lock(client, projection.id);
    if (await exist(runner, projection)) return;
    if (await standsIn(client, projection)) return;
    const older = await newestOlder(client, checkpoints, projection);
    const schema = `shape_of_${projection.id.replace(/[^a-z0-9]/g, '_')}`;
    await client.query(`create schema ${schema}`);
    await createMissing(runner, database, projection, schema);
    const columns = older && (await commonColumns(client, schema, namesOf(projection), older.tableOf));
    await client.query(`drop schema ${schema} cascade`);
    for (const [name, list] of columns ?? [])
      await client.query(`create view public."${name}" as select ${list} from public."${older!.tableOf(name)}"`);
    await checkpoints.beginBuilding(client, projection.id, columns ? older.position : START);
  });
}

/** Whether views of an older version answer already. */
async function standsIn(client: pg.ClientBase, projection: Projection): Promise<boolean> {
  const { rowCount } = await client.query(`select from pg_views where schemaname = 'public' and viewname = any($1)`, [
    namesOf(projection),
  ]);
  return rowCount !== 0;
}

/** Columns by table, if the tables in `schema` and their older versions have the same; else undefined. */
async function commonColumns(
  client: pg.ClientBase,
  schema: string,
  names: readonly string[],
  olderOf: (name: string) => string,
): Promise<[name: string, columns: string][] | undefined> {
  const all: [string, string][] = [];
  for (const name of names) {
    const { rows } = await client.query<{ columns: string; same: boolean }>(
      `with columns as (
         select attrelid = $1::regclass as new, attnum, quote_ident(attname) as name,
           (attname, format_type(atttypid, atttypmod), attcollation, attnotnull)::text as shape
         from pg_attribute where attrelid in ($1::regclass, $2::regclass) and attnum > 0 and not attisdropped
       ) select string_agg(name, ', ' order by attnum) filter (where new) as columns,
           array_agg(shape order by shape) filter (where new) = array_agg(shape order by shape) filter (where not new)
             as same
         from columns`,
      [`${schema}."${name}"`, `public."${olderOf(name)}"`],
    );
    if (!rows[0]!.same) return undefined;
    all.push([name, rows[0]!.columns]);
  }
  return all;
}

/** Builds missing tables from the log, shows the progress, and drops older versions. Does nothing once they exist. */
export async function buildReadModel(
  platform: Pick<Platform, 'database' | 'log' | 'locks' | 'checkpoints' | 'logger'>,
  projection: Projection,
  signal: AbortSignal,
): Promise<void> {
  const { database, checkpoints, logger } = platform;
  if (await exist(database, projection)) return;
  await builds(async () => {
    signal.throwIfAborted();
    logger.info({ readModel: projection.id }, 'a read model of this release is being built from the log');
    let shownAt = 0;
    const show = (position: Position): void => {
      if (performance.now() - shownAt < SHOW_EVERY_MS) return;
      shownAt = performance.now();
      checkpoints.showBuilding(projection.id, position).catch(() => undefined); // the next one shows more
    };
    const { facts } = await rebuild(platform, projection, ({ position }) => show(position), signal);
    logger.info({ readModel: projection.id, facts }, 'a read model of this release is complete');
  });
  await dropOlderVersions(platform, [projection]);
}
