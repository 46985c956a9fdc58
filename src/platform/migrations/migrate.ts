import { createHash } from 'node:crypto';
import type pg from 'pg';
import { DatabaseProblem, inTransaction } from '../database/database.js';
import { RELEASE } from '../release.js';
import { reached } from '../steps.js';
import { type Migration, MIGRATIONS } from './migrations.js';

/** Releases before migrations create their tables under the same lock. */
const LOCK = 7041957;
const BEGIN = 'begin; set local statement_timeout = 0; set local client_min_messages = warning';
const NO_SUCH_TABLE = '42P01';

const APPLIED_MIGRATIONS = `
create table if not exists applied_migrations (
  number integer primary key,
  name text not null,
  -- of its statements
  sha256 text not null,
  release text not null,
  applied_at timestamptz not null default now()
)`;

/** Row of the table; the numbers in a database are 1, 2, 3 … */
interface Applied {
  number: number;
  name: string;
  sha256: string;
  release: string;
}

/**
 * Applies the missing migrations in their order, each in one transaction with its row. Of several processes, one
 * applies a migration, and the others wait. A database without missing migrations costs one query.
 * @throws DatabaseProblem for a migration that this release does not know, or that fails
 */
export async function migrate(pool: pg.Pool, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  const applied = await appliedTo(pool).catch((error: { code?: string }) => {
    if (error.code !== NO_SUCH_TABLE) throw error;
    return [];
  });
  let missing = numberOfMissing(applied, migrations);
  while (missing > 0) {
    missing = await inTransaction(pool, (client) => applyNext(client, migrations), BEGIN);
    reached('migration.applied');
  }
}

export const checksumOf = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');

/** Returns the number of migrations that are still missing afterwards. */
async function applyNext(client: pg.ClientBase, migrations: readonly Migration[]): Promise<number> {
  await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
  await client.query(APPLIED_MIGRATIONS);
  const missing = numberOfMissing(await appliedTo(client), migrations);
  if (missing === 0) return 0;
  const number = migrations.length - missing + 1;
  const next = migrations[number - 1]!;
  await client.query(next.sql).catch((error: Error) => {
    throw new DatabaseProblem(
      `migration ${number} (${next.name}) failed, and the database is as it was before it: ${error.message}. Remove the cause, then start again.`,
      { cause: error },
    );
  });
  await client.query('insert into applied_migrations (number, name, sha256, release) values ($1, $2, $3, $4)', [
    number,
    next.name,
    checksumOf(next),
    RELEASE,
  ]);
  return missing - 1;
}

async function appliedTo(client: Pick<pg.ClientBase, 'query'>): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    'select number, name, sha256, release from applied_migrations order by number',
  );
  return rows;
}

/** @throws DatabaseProblem for a migration that this release does not know */
function numberOfMissing(applied: readonly Applied[], migrations: readonly Migration[]): number {
  const checksums = migrations.map(checksumOf);
  const unknown = applied.find(({ number, sha256 }) => checksums[number - 1] !== sha256);
  if (unknown)
    throw new DatabaseProblem(
      `release ${unknown.release} changed this database, and this release (${RELEASE}) does not know the change: migration ${unknown.number} (${unknown.name}). Start that release or a newer one, or restore a backup from before.`,
    );
  return migrations.length - applied.length;
}
