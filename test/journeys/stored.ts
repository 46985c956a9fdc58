import { poolOf } from '../../src/platform/database/database.js';
import type { Projection } from '../../src/platform/read-models/projection.js';
import type { RunningService } from './running-service.js';

/** Rows of all tables, as text. */
export async function everythingStored(service: RunningService): Promise<string> {
  const pool = poolOf(service.service.platform.database);
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const dumps = await Promise.all(
    tables.map(({ name }) => pool.query<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  return dumps.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
}

/** Sorted rows of each table of these read models. */
export async function rowsOf(
  service: RunningService,
  projections: readonly Projection[],
): Promise<Record<string, string[]>> {
  const pool = poolOf(service.service.platform.database);
  const rows: Record<string, string[]> = {};
  for (const { name } of projections.flatMap(({ tables }) => Object.values(tables))) {
    const found = await pool.query<{ row: string }>(`select to_jsonb(t)::text as row from "${name}" t`);
    rows[name] = found.rows.map(({ row }) => row).sort();
  }
  return rows;
}
