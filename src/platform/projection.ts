import type pg from 'pg';
import type { DataSource, EntitySchemaColumnOptions } from 'typeorm';
import { EntitySchema, Table } from 'typeorm';
import type { Checkpoints } from './checkpoints.js';
import { inTransaction, poolOf } from './database.js';
import type { DataOf, Fact } from './domain.js';
import type { Position } from './event-store.js';
import type { Recorded } from './fact-log.js';
import type { Follower, Pace } from './follow.js';
import { FactAtFault } from './follow.js';
import { reached } from './kill-points.js';
import { foldRows, type RowChange, writeRows } from './projection-rows.js';

type Columns<R> = { [C in keyof R]-?: EntitySchemaColumnOptions };

export interface TableOptions<R> {
  columns: Columns<R>;
  /** each a list of columns */
  indices?: { columns: (keyof R & string)[]; unique?: boolean }[];
  /** further statements, run once when the table is made; `%` stands for its name */
  also?: string[];
}

export interface ProjectionTable<R extends object> {
  entity: EntitySchema<R>;
  name: string;
  key: (keyof R & string)[];
  also: string[];
}

/** What a handler may say about rows: folded per row over a batch, written once. Every word is harmless when said twice. */
export interface Rows<R extends object> {
  /** the whole row, whether it was there or not */
  put(row: R): void;
  /** these columns of the row, if it is there */
  update(key: Partial<R>, columns: Partial<R>): void;
  remove(key: Partial<R>): void;
  /** every row that has these values */
  updateWhere(where: Partial<R>, columns: Partial<R>): void;
  removeWhere(where: Partial<R>): void;
}

type TablesOf<T extends Record<string, object>> = { [N in keyof T]: Rows<T[N]> };

export type Handlers<F extends Fact, T extends Record<string, object>> = {
  [N in F['type']]?: (rows: TablesOf<T>, fact: Recorded<Fact<N, DataOf<F, N>>>) => void | Promise<void>;
};

export interface Projection {
  name: string;
  version: number;
  /** `<name>@<version>`: names its checkpoint */
  id: string;
  tables: Record<string, ProjectionTable<never>>;
  on: Record<string, (rows: Record<string, Rows<never>>, fact: Recorded) => void | Promise<void>>;
  batchSize: number;
  pace: Pace;
}

/** A read model: its tables, and a sentence per fact. Its version is in its tables' names, so a new one is built beside the old. */
export function defineProjection<F extends Fact, T extends Record<string, object>>(definition: {
  name: string;
  version: number;
  tables: { [N in keyof T]: ProjectionTable<T[N]> };
  on: Handlers<F, T>;
  batchSize?: number;
  pace?: Pace;
}): Projection {
  return {
    batchSize: 1000,
    pace: 'gathering',
    ...definition,
    id: `${definition.name}@${definition.version}`,
  } as unknown as Projection;
}

/** Columns whose `primary` is set are the key. */
export function table<R extends object>(name: string, version: number, options: TableOptions<R>): ProjectionTable<R> {
  const tableName = `${name}_${version}`;
  const entity = new EntitySchema<R>({
    name: tableName,
    tableName,
    columns: options.columns,
    indices: (options.indices ?? []).map((index) => ({ columns: index.columns, unique: index.unique ?? false })),
  });
  const key = (Object.keys(options.columns) as (keyof R & string)[]).filter((column) => options.columns[column].primary);
  return { entity, name: tableName, key, also: options.also ?? [] };
}

/** Makes the tables of a projection in the given schema, where they are missing. */
export async function createTables(source: DataSource, projection: Projection, schema = 'public'): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(`select pg_advisory_xact_lock(hashtextextended($1, 7041957))`, [`tables ${projection.id}`]);
    for (const { entity, name, also } of Object.values(projection.tables)) {
      if (await runner.hasTable(`${schema}.${name}`)) continue;
      const made = Table.create(source.getMetadata(entity), source.driver);
      made.name = `${schema}.${name}`;
      made.schema = schema;
      await runner.createTable(made, false, false, true);
      for (const statement of also) await runner.query(statement.replaceAll('%', `${schema}.${name}`));
    }
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

const CONCURRENT_HANDLERS = 8;

/** Handles facts in order, folds what they say per row, and writes each row once, on the client's transaction. */
export async function project(client: pg.ClientBase, projection: Projection, facts: readonly Recorded[]): Promise<void> {
  for (const step of foldRows(await saidOf(projection, facts))) await writeRows(client, step);
}

/** What the handlers say, in the facts' order, though those that read a blob do so side by side. */
async function saidOf(projection: Projection, facts: readonly Recorded[]): Promise<RowChange[]> {
  const said: RowChange[][] = [];
  const reading = new Set<Promise<void>>();
  try {
    for (const fact of facts) {
      const changes: RowChange[] = [];
      said.push(changes);
      const outcome = projection.on[fact.type]?.(recorders(projection, changes), fact);
      if (!(outcome instanceof Promise)) continue;
      const done = outcome.finally(() => reading.delete(done));
      reading.add(done);
      if (reading.size >= CONCURRENT_HANDLERS) await Promise.race(reading);
    }
    await Promise.all(reading);
  } catch (cause) {
    await Promise.allSettled(reading);
    throw facts.length === 1 ? new FactAtFault(facts[0]!, cause) : cause;
  }
  return said.flat();
}

function recorders(projection: Projection, into: RowChange[]): Record<string, Rows<never>> {
  return Object.fromEntries(
    Object.entries(projection.tables).map(([name, target]) => {
      const to = target as unknown as { name: string; key: string[] };
      const rows: Rows<Record<string, unknown>> = {
        put: (row) => void into.push({ kind: 'put', table: to, key: row, row }),
        update: (key, row) => void into.push({ kind: 'update', table: to, key, row }),
        remove: (key) => void into.push({ kind: 'remove', table: to, key }),
        updateWhere: (where, row) => void into.push({ kind: 'updateWhere', table: to, key: where, row }),
        removeWhere: (where) => void into.push({ kind: 'removeWhere', table: to, key: where }),
      };
      return [name, rows];
    }),
  );
}

const BEGIN = 'begin; set local synchronous_commit = off';

/** A projection as a follower: rows and checkpoint in one transaction. Its commits are not awaited on disk, since a lost one is only repeated. */
export function projectionFollower(source: DataSource, checkpoints: Checkpoints, projection: Projection): Follower {
  class Taken extends Error {}
  return {
    name: projection.id,
    kind: 'projection',
    types: Object.keys(projection.on),
    batchSize: projection.batchSize,
    pace: projection.pace,
    prepare: () => createTables(source, projection),
    async handle(facts, from: Position, to: Position, atHead) {
      try {
        await inTransaction(
          poolOf(source),
          async (client) => {
            if (!(await checkpoints.move(client, projection.id, from, to, atHead))) throw new Taken();
            if (facts.length === 0) return;
            await project(client, projection, facts);
            reached('projection.before-commit');
          },
          BEGIN,
        );
        if (facts.length > 0) reached('projection.after-commit');
        return true;
      } catch (error) {
        if (error instanceof Taken) return false;
        throw error;
      }
    },
  };
}
