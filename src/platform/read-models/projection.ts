import type { DataSource, EntitySchemaColumnOptions } from 'typeorm';
import { EntitySchema } from 'typeorm';
import type { Checkpoints } from '../followers/checkpoints.js';
import type { Forms } from './copy-rows.js';
import { poolOf } from '../database/database.js';
import type { DataOf, Fact } from '../domain.js';
import type { Position } from '../log/event-store.js';
import type { Recorded } from '../log/fact-log.js';
import type { Follower, Pace } from '../followers/follow.js';
import { FactAtFault } from '../followers/follow.js';
import { reached } from '../steps.js';
import { commitRows } from './projection-commit.js';
import { foldRows, type RowChange, type WriteStep } from './fold-rows.js';
import { createTables, type ProjectionTable } from './projection-tables.js';

type Columns<R> = { [C in keyof R]-?: EntitySchemaColumnOptions };

interface TableOptions<R> {
  columns: Columns<R>;
  indices?: { columns: (keyof R & string)[]; unique?: boolean }[];
  /** further statements, run once after the table is created; `%` is replaced by the name of the table */
  also?: string[];
}

/** Row changes of a handler: idempotent, folded per row over a batch, and written once. */
export interface Rows<R extends object> {
  /** the whole row, new or not */
  put(row: R): void;
  /** these columns of the row, if it exists */
  update(key: Partial<R>, columns: Partial<R>): void;
  remove(key: Partial<R>): void;
  /** every row with these values */
  removeWhere(where: Partial<R>): void;
  /** these columns of every row with these values */
  updateWhere(where: Partial<R>, columns: Partial<R>): void;
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

/**
 * A read model: tables, and a handler per fact type. Table names contain the version, so a new version is built beside
 * the old.
 */
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

/** Columns with `primary` are the key. */
export function table<R extends object>(name: string, version: number, options: TableOptions<R>): ProjectionTable<R> {
  const tableName = `${name}_${version}`;
  const entity = new EntitySchema<R>({
    name: tableName,
    tableName,
    columns: options.columns,
    indices: (options.indices ?? []).map((index) => ({ columns: index.columns, unique: index.unique ?? false })),
  });
  const key = (Object.keys(options.columns) as (keyof R & string)[]).filter(
    (column) => options.columns[column].primary,
  );
  const columns = Object.entries<EntitySchemaColumnOptions>(options.columns);
  const forms = columns.flatMap(([column, { type, array }]): [string, Forms[string]][] =>
    array
      ? [[column, 'array']]
      : type === 'json' || type === 'jsonb'
        ? [[column, 'json']]
        : type === 'tsvector'
          ? [[column, 'tsvector']]
          : [],
  );
  const textKey = key.every((column) => options.columns[column].type === 'text');
  return { entity, name: tableName, key, textKey, forms: Object.fromEntries(forms), also: options.also ?? [] };
}

/** Folded row changes of these facts. Reads no table, so it may run while the steps before are being written. */
export const stepsOf = async (projection: Projection, facts: readonly Recorded[]): Promise<WriteStep[]> =>
  foldRows(await changesOf(projection, facts));

/** Changes in the order of facts. Handlers that read a blob start together, so that their lookups are one statement. */
async function changesOf(projection: Projection, facts: readonly Recorded[]): Promise<RowChange[]> {
  const changes: RowChange[][] = [];
  const reading: Promise<void>[] = [];
  let rows: Record<string, Rows<never>> | undefined;
  try {
    for (const fact of facts) {
      const outcome = projection.on[fact.type]?.((rows ??= recorders(projection, changes)), fact);
      if (!(outcome instanceof Promise)) continue;
      reading.push(outcome);
      rows = undefined; // its later changes come before those of the next facts
    }
    await Promise.all(reading);
  } catch (cause) {
    await Promise.allSettled(reading);
    throw facts.length === 1 ? new FactAtFault(facts[0]!, cause) : cause;
  }
  return changes.length === 1 ? changes[0]! : changes.flat();
}

function recorders(projection: Projection, changes: RowChange[][]): Record<string, Rows<never>> {
  const into: RowChange[] = [];
  changes.push(into);
  const all: Record<string, Rows<never>> = {};
  for (const name of Object.keys(projection.tables)) all[name] = new Recorder(projection.tables[name] as never, into);
  return all;
}

type Row = Record<string, unknown>;

class Recorder implements Rows<Row> {
  constructor(
    private readonly table: RowChange['table'],
    private readonly into: RowChange[],
  ) {}

  put(row: Row): void {
    this.into.push({ kind: 'put', table: this.table, key: row, row });
  }
  update(key: Row, row: Row): void {
    this.into.push({ kind: 'update', table: this.table, key, row });
  }
  remove(key: Row): void {
    this.into.push({ kind: 'remove', table: this.table, key });
  }
  removeWhere(where: Row): void {
    this.into.push({ kind: 'removeWhere', table: this.table, key: where });
  }
  updateWhere(where: Row, row: Row): void {
    this.into.push({ kind: 'updateWhere', table: this.table, key: where, row });
  }
}

/** A projection as a follower: rows and checkpoint in one transaction. */
export function projectionFollower(
  source: DataSource,
  checkpoints: Checkpoints,
  projection: Projection,
  prepare: Follower['prepare'] = () => createTables(source, projection),
): Follower {
  const { id: name, pace, batchSize } = projection;
  const tables = Object.values(projection.tables).map((each) => each.name);
  return {
    name,
    kind: 'projection',
    types: Object.keys(projection.on),
    batchSize,
    pace,
    prepare,
    async handle(facts, from: Position, to: Position, atHead) {
      const steps = await stepsOf(projection, facts);
      const options = { atOnce: pace === 'prompt', tables };
      const moved = await commitRows(poolOf(source), checkpoints, { name, from, to, atHead }, steps, options);
      if (moved && facts.length > 0) reached('projection.after-commit');
      return moved ? to : undefined;
    },
  };
}
