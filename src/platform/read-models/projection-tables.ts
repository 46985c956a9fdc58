import type pg from 'pg';
import type { DataSource, EntitySchema, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import type { Forms } from './copy-rows.js';

export interface ProjectionTable<R extends object> {
  entity: EntitySchema<R>;
  name: string;
  key: (keyof R & string)[];
  /** true if all columns of the key are texts */
  textKey: boolean;
  forms: Forms;
  also: string[];
}

interface Tables {
  id: string;
  tables: Record<string, ProjectionTable<never>>;
}

/** Creates missing tables of a projection in the given schema. */
export async function createTables(source: DataSource, projection: Tables, schema = 'public'): Promise<void> {
  if (await exist(source, projection, schema)) return;
  await changingTables(source, projection, (runner) => createMissing(runner, source, projection, schema));
}

/** One transaction, alone with the tables of this projection among all processes that create some. */
export async function changingTables<T>(
  source: DataSource,
  { id }: Pick<Tables, 'id'>,
  work: (runner: QueryRunner, client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(`select pg_advisory_xact_lock(hashtextextended($1, 7041957))`, [`tables ${id}`]);
    const result = await work(runner, (await runner.connect()) as pg.ClientBase);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

export async function createMissing(
  runner: QueryRunner,
  source: DataSource,
  { tables }: Tables,
  schema: string,
): Promise<void> {
  for (const { entity, name, also } of Object.values(tables)) {
    if (await runner.hasTable(`${schema}.${name}`)) continue;
    const created = Table.create(source.getMetadata(entity), source.driver);
    created.name = `${schema}.${name}`;
    created.schema = schema;
    await runner.createTable(created, false, false, true);
    for (const statement of also) await runner.query(statement.replaceAll('%', `${schema}.${name}`));
  }
}

/**
 * Creates tables for a rebuild without the indexes that only queries need: creating an index at the end costs a
 * fraction. Returns the statements that create these indexes.
 */
export async function createTablesToFill(source: DataSource, projection: Tables, schema: string): Promise<string[]> {
  await createTables(source, projection, schema);
  const indexes: { name: string; definition: string }[] = await source.query(
    `select indexrelid::regclass as name, pg_get_indexdef(indexrelid) as definition
     from pg_index join pg_class on pg_class.oid = indrelid where relnamespace = $1::regnamespace and not indisunique`,
    [schema],
  );
  for (const { name } of indexes) await source.query(`drop index ${name}`);
  return indexes.map(({ definition }) => definition);
}

/** One query for all tables of a projection, since most starts find them. */
export async function exist(
  source: Pick<DataSource, 'query'>,
  projection: Pick<Tables, 'tables'>,
  schema = 'public',
): Promise<boolean> {
  const names = Object.values(projection.tables).map(({ name }) => name);
  const [found] = await source.query<{ n: number }[]>(
    'select count(*)::int as n from pg_tables where schemaname = $1 and tablename = any($2)',
    [schema, names],
  );
  return found!.n === names.length;
}
