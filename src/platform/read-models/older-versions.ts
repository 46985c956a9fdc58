import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { inTransaction, poolOf } from '../database/database.js';
import type { Locks } from '../database/locks.js';
import type { Checkpoints } from '../followers/checkpoints.js';
import type { Position } from '../log/event-store.js';
import type { Projection } from './projection.js';
import { exist } from './projection-tables.js';
import { schemaOf } from './rebuild.js';

/** Read models of earlier releases that this one has not, with their tables, without versions. */
const FORMER: Readonly<Record<string, readonly string[]>> = {
  'change-history': ['history_entries', 'history_names', 'history_accounts'],
  'crm-history': ['crm_history_entries', 'crm_history_subjects', 'crm_history_names'],
  'user-history': ['user_history_entries', 'user_history_names'],
};
/** Tables that only earlier versions of a present read model had. */
const FORMER_TABLES: Readonly<Record<string, readonly string[]>> = { accounts: ['account_received'] };

export interface OlderVersion {
  position: Position;
  /** name of its table in place of a table of the new version */
  tableOf: (name: string) => string;
}

/** The newest older version that had caught up with the log, if its tables exist. */
export async function newestOlder(
  client: pg.ClientBase,
  checkpoints: Checkpoints,
  projection: Projection,
): Promise<OlderVersion | undefined> {
  const stored = await checkpoints.list();
  for (let version = projection.version - 1; version > 0; version--) {
    const checkpoint = stored.find(({ name }) => name === `${projection.name}@${version}`);
    if (!checkpoint?.atHead) continue;
    const tableOf = (name: string): string => `${baseOf(name)}_${version}`;
    const wanted = Object.values(projection.tables).map(({ name }) => tableOf(name));
    const { rowCount } = await client.query(
      `select from pg_tables where schemaname = 'public' and tablename = any($1)`,
      [wanted],
    );
    return rowCount === wanted.length ? { position: checkpoint.position, tableOf } : undefined;
  }
  return undefined;
}

/**
 * Drops tables and checkpoints of older versions of these read models if they are complete, and of all former ones.
 * False while a process of an earlier release still follows one of them: its tables stay.
 */
export async function dropOlderVersions(
  { database, locks }: { database: DataSource; locks: Pick<Locks, 'tryAcquire'> },
  projections: readonly Projection[],
): Promise<boolean> {
  const pool = poolOf(database);
  const complete: Projection[] = [];
  for (const projection of projections) if (await exist(database, projection)) complete.push(projection);
  const kept = new Set<string>();
  for (const { name, id, relations } of await olderVersions(pool, complete)) {
    const lock = kept.has(name) ? undefined : await locks.tryAcquire(`follower ${id}`);
    if (!lock) {
      kept.add(name);
      continue;
    }
    try {
      await inTransaction(pool, async (client) => {
        for (const { kind, relation } of relations) await client.query(`drop ${kind} if exists public."${relation}"`);
        await client.query(`drop schema if exists ${schemaOf({ id })} cascade`);
        await client.query('delete from checkpoints where name = $1', [id]);
      });
    } finally {
      await lock.release();
    }
  }
  return kept.size === 0;
}

interface Version {
  name: string;
  /** `<name>@<version>` */
  id: string;
  relations: { kind: 'table' | 'view'; relation: string }[];
}

/** The newest first: its views may read tables of an older one. */
async function olderVersions(pool: pg.Pool, complete: readonly Projection[]): Promise<Version[]> {
  const owners = [
    ...Object.entries(FORMER).map(([name, bases]) => ({ name, bases, below: Infinity })),
    ...complete.map(({ name, version, tables }) => ({
      name,
      bases: [...Object.values(tables).map((table) => baseOf(table.name)), ...(FORMER_TABLES[name] ?? [])],
      below: version,
    })),
  ];
  const { rows } = await pool.query<{ follower: string | null; base: string | null; version: number; kind: 'table' }>(
    String.raw`select split_part(name, '@', 1) as follower, null as base, split_part(name, '@', 2)::int as version,
         null as kind from checkpoints where name ~ '@\d{1,6}$'
     union all select null, regexp_replace(relname, '_\d+$', ''), substring(relname from '\d+$')::int,
         case relkind when 'v' then 'view' else 'table' end
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') and relname ~ '_\d{1,6}$'
     order by version desc`,
  );
  const found = new Map<string, Version>();
  for (const { follower, base, version, kind } of rows) {
    const owner = owners.find(({ name, bases }) => name === follower || (base !== null && bases.includes(base)));
    if (!owner || version >= owner.below) continue;
    const { name } = owner;
    const id = `${name}@${version}`;
    const { relations } = found.get(id) ?? found.set(id, { name, id, relations: [] }).get(id)!;
    if (base !== null) relations.push({ kind, relation: `${base}_${version}` });
  }
  return [...found.values()];
}

const baseOf = (table: string): string => table.replace(/_\d+$/, '');
