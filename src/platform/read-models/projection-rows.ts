import type pg from 'pg';
import { binaryArray, TEXT_TYPE } from '../database/binary-array.js';
import { copyRows, type Forms } from './copy-rows.js';
import { storableJson, storableText } from './storable.js';

type Columns = Record<string, unknown>;

export interface RowChange {
  kind: 'put' | 'update' | 'remove' | 'updateWhere' | 'removeWhere';
  table: { name: string; key: string[]; forms: Forms; textKey?: boolean };
  /** the key's columns (others are ignored), or for `…Where` the values to match */
  key: Columns;
  /** of a put the whole row with its key */
  row?: Columns;
}

type KeyedChange = { kind: 'put'; row: Columns } | { kind: 'update'; row: Columns } | { kind: 'remove'; key: Columns };

/** One table's changes, at most one per row; or one change of many rows by a condition. */
export type WriteStep = RowsStep | { where: RowChange };
interface RowsStep {
  table: RowChange['table'];
  rows: KeyedChange[];
}

/**
 * Folds changes in their order to at most one per row. Changes by condition keep their place: what was said before is
 * written before.
 */
export function foldRows(changes: readonly RowChange[]): WriteStep[] {
  const steps: WriteStep[] = [];
  let open = new Map<string, { table: RowChange['table']; rows: Map<string, KeyedChange> }>();
  const close = (): void => {
    for (const { table, rows } of open.values()) steps.push({ table, rows: [...rows.values()] });
    open = new Map();
  };
  for (const change of changes) {
    if (change.kind === 'updateWhere' || change.kind === 'removeWhere') {
      close();
      steps.push({ where: change });
      continue;
    }
    const { table, kind } = change;
    let target = open.get(table.name);
    if (!target) open.set(table.name, (target = { table, rows: new Map() }));
    const id = idOf(table.key, change.key);
    if (kind === 'put') {
      target.rows.set(id, { kind, row: change.row! });
      continue;
    }
    const before = target.rows.get(id);
    if (kind === 'remove') target.rows.set(id, { kind, key: keyOf(change) });
    else if (before === undefined) target.rows.set(id, { kind, row: { ...given(change.row!), ...keyOf(change) } });
    else if (before.kind !== 'remove') before.row = { ...before.row, ...given(change.row!), ...keyOf(change) };
  }
  close();
  return steps;
}

const keyOf = ({ table, key }: RowChange): Columns =>
  Object.fromEntries(table.key.map((column) => [column, key[column]]));

function idOf(columns: readonly string[], key: Columns): string {
  const only = columns.length === 1 ? key[columns[0]!] : undefined;
  return typeof only === 'string' ? only : JSON.stringify(columns.map((column) => key[column]));
}

const given = (row: Columns): Columns =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));

/** From so many on, asking which rows are there and copying the others in costs less than putting each. */
const MANY = 32;

const quoted = (name: string): string => `"${name}"`;
const list = (names: string[], prefix = ''): string => names.map((name) => prefix + quoted(name)).join(', ');
const matching = (columns: string[]): string =>
  columns.map((column) => `t.${quoted(column)} = v.${quoted(column)}`).join(' and ');

/** One statement of a step: its rows come as one JSON parameter, and it writes only when a condition holds. */
export interface BulkWrite {
  sql: (parameter: string, condition: string) => string;
  json: string;
}

/** In bulk: a statement per kind of change. They touch different rows, so their order is of no concern. */
export function bulkWrites({ table, rows }: RowsStep): BulkWrite[] {
  const name = quoted(table.name);
  const source = (parameter: string): string => `json_populate_recordset(null::${name}, ${parameter}::json) v`;
  const writes: BulkWrite[] = [];

  const removed = rows.flatMap((row) => (row.kind === 'remove' ? [row.key] : []));
  if (removed.length > 0)
    writes.push({
      sql: (parameter, when) =>
        `delete from ${name} t using ${source(parameter)} where ${matching(table.key)} and ${when}`,
      json: storableJson(removed),
    });

  for (const [columns, group] of byColumns(rowsOf(rows, 'put'))) {
    const others = columns.filter((column) => !table.key.includes(column));
    const update =
      others.length > 0
        ? `do update set ${others.map((c) => `${quoted(c)} = excluded.${quoted(c)}`).join(', ')}`
        : 'do nothing';
    writes.push({
      sql: (parameter, when) =>
        `insert into ${name} (${list(columns)}) select ${list(columns, 'v.')} from ${source(parameter)} where ${when} ` +
        `on conflict (${list(table.key)}) ${update}`,
      json: storableJson(group),
    });
  }

  for (const [columns, group] of byColumns(rowsOf(rows, 'update'))) {
    const others = columns.filter((column) => !table.key.includes(column));
    if (others.length === 0) continue;
    const set = others.map((column) => `${quoted(column)} = v.${quoted(column)}`).join(', ');
    writes.push({
      sql: (parameter, when) =>
        `update ${name} t set ${set} from ${source(parameter)} where ${matching(table.key)} and ${when}`,
      json: storableJson(group),
    });
  }
  return writes;
}

/** In bulk, and copied where they are many new rows. */
export async function writeRows(client: pg.ClientBase, step: WriteStep, many = MANY): Promise<void> {
  if ('where' in step) return writeWhere(client, step.where);
  const { table, rows } = step;
  const copied = new Set<Columns>();
  for (const [columns, group] of byColumns(rowsOf(rows, 'put'))) {
    if (group.length < many) continue;
    const isThere = await thereOf(client, table, group);
    const fresh = group.filter((_, n) => !isThere[n]);
    if (fresh.length > 0) await copyRows(client, table, columns, fresh);
    for (const row of fresh) copied.add(row);
  }
  const rest = rows.filter((row) => row.kind === 'remove' || !copied.has(row.row));
  for (const { sql, json } of bulkWrites({ table, rows: rest })) await client.query(sql('$1', 'true'), [json]);
}

const rowsOf = (rows: readonly KeyedChange[], kind: 'put' | 'update'): Columns[] =>
  rows.flatMap((row) => (row.kind === kind ? [row.row] : []));

/** Per row whether one with its key is there. Only this transaction writes: it holds the checkpoint, or the table is not public yet. */
async function thereOf(client: pg.ClientBase, table: RowChange['table'], rows: readonly Columns[]): Promise<boolean[]> {
  const [source, values] = keysAsParameters(table, rows);
  // No join: a subquery is asked row by row, by the index of the key, whatever the planner knows of a table that grows.
  const { rows: found } = await client.query<{ n: string }>(
    `select v.ordinality as n from ${source} where (select true from ${quoted(table.name)} t where ${matching(table.key)})`,
    values,
  );
  const there = rows.map(() => false);
  for (const { n } of found) there[Number(n) - 1] = true;
  return there;
}

/** The rows' keys as a source `v` and its parameters. Texts are handed over as they are: taking JSON apart costs twice as much. */
function keysAsParameters({ name, key, textKey }: RowChange['table'], rows: readonly Columns[]): [string, unknown[]] {
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

function byColumns(rows: Columns[]): Map<string[], Columns[]> {
  const groups: { columns: string[]; rows: Columns[] }[] = [];
  for (const row of rows) {
    const columns = Object.keys(row);
    const group = groups.find((each) => areEqual(each.columns, columns));
    if (group) group.rows.push(row);
    else groups.push({ columns, rows: [row] });
  }
  return new Map(groups.map((group) => [group.columns, group.rows]));
}

const areEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each, n) => each === other[n]);

async function writeWhere(client: pg.ClientBase, change: RowChange): Promise<void> {
  const values: unknown[] = [];
  const terms = (columns: Columns, joint: string): string =>
    Object.entries(columns)
      .map(
        ([column, value]) =>
          `${quoted(column)} = $${values.push(typeof value === 'string' ? storableText(value) : value)}`,
      )
      .join(joint);
  const name = quoted(change.table.name);
  if (change.kind === 'removeWhere')
    await client.query(`delete from ${name} where ${terms(change.key, ' and ')}`, values);
  else
    await client.query(
      `update ${name} set ${terms(given(change.row!), ', ')} where ${terms(change.key, ' and ')}`,
      values,
    );
}
