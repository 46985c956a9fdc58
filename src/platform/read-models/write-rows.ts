import type pg from 'pg';
import { binaryArray, TEXT_TYPE } from '../database/binary-array.js';
import { copyRows } from './copy-rows.js';
import type { Columns, KeyedChange, ManyRowsStep, RowsStep, TargetTable, WriteStep } from './fold-rows.js';
import { storableJson, storableText } from './storable.js';

/** From this number of new rows on, COPY costs less than INSERT, although it needs a query for existing keys first. */
const MANY = 32;

/** One statement of a step: its rows are one JSON parameter, and it writes only while a condition holds. */
export interface BulkWrite {
  sql: (parameter: string, condition: string) => string;
  json: string;
}

/** Writes a step on the client's transaction: many new rows by COPY, the rest by one statement per kind of change. */
export async function writeRows(client: pg.ClientBase, step: WriteStep, many = MANY): Promise<void> {
  const rest = 'rows' in step ? { ...step, rows: await copyMany(client, step, many) } : step;
  for (const { sql, json } of bulkWrites(rest)) await client.query(sql('$1', 'true'), [json]);
}

/** Statements of a step. They touch different rows, so their order does not matter. */
export function bulkWrites(step: WriteStep): BulkWrite[] {
  const { table } = step;
  if ('where' in step)
    return [step.set === null ? deleting(table, Object.keys(step.where), [step.where]) : updatingWhere(step)];
  const { rows } = step;
  const removed = rows.flatMap((row) => (row.kind === 'remove' ? [row.key] : []));
  return [
    ...(removed.length > 0 ? [deleting(table, table.key, removed)] : []),
    ...byColumns(rowsOf(rows, 'put')).map((group) => putting(table, group)),
    ...byColumns(rowsOf(rows, 'update')).flatMap((group) => updating(table, group) ?? []),
  ];
}

interface Group {
  columns: string[];
  rows: Columns[];
}

function deleting({ name }: TargetTable, columns: string[], rows: Columns[]): BulkWrite {
  return {
    sql: (parameter, when) =>
      `delete from ${quoted(name)} t using ${source(name, parameter)} where ${matching(columns)} and ${when}`,
    json: storableJson(rows),
  };
}

function putting({ name, key }: TargetTable, { columns, rows }: Group): BulkWrite {
  const others = columns.filter((column) => !key.includes(column));
  const set = others.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ');
  return {
    sql: (parameter, when) =>
      `insert into ${quoted(name)} (${list(columns)}) select ${list(columns, 'v.')} ` +
      `from ${source(name, parameter)} where ${when} ` +
      `on conflict (${list(key)}) ${others.length > 0 ? `do update set ${set}` : 'do nothing'}`,
    json: storableJson(rows),
  };
}

function updating({ name, key }: TargetTable, { columns, rows }: Group): BulkWrite | undefined {
  const others = columns.filter((column) => !key.includes(column));
  if (others.length === 0) return undefined;
  const set = others.map((column) => `${quoted(column)} = v.${quoted(column)}`).join(', ');
  return {
    sql: (parameter, when) =>
      `update ${quoted(name)} t set ${set} from ${source(name, parameter)} where ${matching(key)} and ${when}`,
    json: storableJson(rows),
  };
}

/** The row `v` holds the values to match; `w` the new ones. */
function updatingWhere({ table: { name }, where, set }: ManyRowsStep): BulkWrite {
  const assigned = Object.keys(set!).map((column) => `${quoted(column)} = w.${quoted(column)}`);
  return {
    sql: (parameter, when) =>
      `update ${quoted(name)} t set ${assigned.join(', ')}
       from json_populate_record(null::${quoted(name)}, ${parameter}::json->0) v,
         json_populate_record(null::${quoted(name)}, ${parameter}::json->1) w
       where ${matching(Object.keys(where))} and ${when}`,
    json: storableJson([where, set]),
  };
}

/** Copies groups of many new rows; returns the changes that are left to write. */
async function copyMany(client: pg.ClientBase, { table, rows }: RowsStep, many: number): Promise<KeyedChange[]> {
  const copied = new Set<Columns>();
  for (const group of byColumns(rowsOf(rows, 'put'))) {
    if (group.rows.length < many) continue;
    const exists = await existingOf(client, table, group.rows);
    const fresh = group.rows.filter((_, n) => !exists[n]);
    if (fresh.length > 0) await copyRows(client, table, group.columns, fresh);
    for (const row of fresh) copied.add(row);
  }
  return rows.filter((row) => row.kind === 'remove' || !copied.has(row.row));
}

/**
 * For each row: true if the table has its key. Only this transaction writes: it holds the checkpoint or a hidden table.
 */
async function existingOf(client: pg.ClientBase, table: TargetTable, rows: readonly Columns[]): Promise<boolean[]> {
  const [keys, values] = keysAsParameters(table, rows);
  // No join: a subquery uses the index of the key for each row, even if the planner underestimates a growing table.
  const { rows: found } = await client.query<{ n: string }>(
    `select v.ordinality as n from ${keys}
     where (select true from ${quoted(table.name)} t where ${matching(table.key)})`,
    values,
  );
  const exists = rows.map(() => false);
  for (const { n } of found) exists[Number(n) - 1] = true;
  return exists;
}

/**
 * Keys of the rows as a source `v` with its parameters. Text keys travel as arrays: parsing JSON costs twice as much.
 */
function keysAsParameters({ name, key, textKey }: TargetTable, rows: readonly Columns[]): [string, unknown[]] {
  if (!textKey) {
    const keys = rows.map((row) => Object.fromEntries(key.map((column) => [column, row[column]])));
    return [`json_populate_recordset(null::${quoted(name)}, $1::json) with ordinality v`, [storableJson(keys)]];
  }
  const arrays = key.map((_, n) => `$${n + 1}::text[]`).join(', ');
  const texts = key.map((column) => rows.map((row) => storableText(row[column] as string)));
  return [
    `unnest(${arrays}) with ordinality v (${list(key)}, ordinality)`,
    texts.map((column) => binaryArray(TEXT_TYPE, column)),
  ];
}

const rowsOf = (rows: readonly KeyedChange[], kind: 'put' | 'update'): Columns[] =>
  rows.flatMap((row) => (row.kind === kind ? [row.row] : []));

function byColumns(rows: readonly Columns[]): Group[] {
  const groups: Group[] = [];
  for (const row of rows) {
    const columns = Object.keys(row);
    const group = groups.find((each) => areEqual(each.columns, columns));
    if (group) group.rows.push(row);
    else groups.push({ columns, rows: [row] });
  }
  return groups;
}

const areEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, n) => each === other[n]);

const quoted = (name: string): string => `"${name}"`;
const list = (names: string[], prefix = ''): string => names.map((name) => prefix + quoted(name)).join(', ');
const source = (name: string, parameter: string): string =>
  `json_populate_recordset(null::${quoted(name)}, ${parameter}::json) v`;
const matching = (columns: string[]): string =>
  columns.map((column) => `t.${quoted(column)} = v.${quoted(column)}`).join(' and ');
