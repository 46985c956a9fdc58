import type pg from 'pg';

type Columns = Record<string, unknown>;

export interface RowChange {
  kind: 'put' | 'update' | 'remove' | 'updateWhere' | 'removeWhere';
  table: { name: string; key: string[] };
  /** the key's columns (others are ignored), or for `…Where` the values to match */
  key: Columns;
  row?: Columns;
}

type KeyedChange = { kind: 'put'; row: Columns } | { kind: 'update'; row: Columns } | { kind: 'remove'; key: Columns };

/** One table's changes, at most one per row; or one change of many rows by a condition. */
export type WriteStep = { table: RowChange['table']; rows: KeyedChange[] } | { where: RowChange };

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
    const target = open.get(table.name) ?? { table, rows: new Map<string, KeyedChange>() };
    open.set(table.name, target);
    const key = Object.fromEntries(table.key.map((column) => [column, change.key[column]]));
    const id = JSON.stringify(table.key.map((column) => key[column]));
    const before = target.rows.get(id);
    const row = { ...given(change.row ?? {}), ...key };
    if (kind === 'put') target.rows.set(id, { kind, row: { ...whole(change.row!), ...key } });
    else if (kind === 'remove') target.rows.set(id, { kind, key });
    else if (before === undefined) target.rows.set(id, { kind: 'update', row });
    else if (before.kind !== 'remove') target.rows.set(id, { ...before, row: { ...before.row, ...row } });
  }
  close();
  return steps;
}

/** A whole row says something of every column, an update of those that are not `undefined`. */
const whole = (row: Columns): Columns =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value ?? null]));
const given = (row: Columns): Columns => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));

/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair; a fact may, and no read model refuses a fact. */
const storableText = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();

function storable(rows: Columns[]): string {
  const json = JSON.stringify(rows);
  if (!/\\u(0000|d[89a-f])/.test(json)) return json;
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? storableText(value) : value));
}

const quoted = (name: string): string => `"${name}"`;
const list = (names: string[], prefix = ''): string => names.map((name) => prefix + quoted(name)).join(', ');
const matching = (columns: string[]): string =>
  columns.map((column) => `t.${quoted(column)} = v.${quoted(column)}`).join(' and ');

/** In bulk: a statement per kind of change, its rows as one JSON parameter. */
export async function writeRows(client: pg.ClientBase, step: WriteStep): Promise<void> {
  if ('where' in step) return writeWhere(client, step.where);
  const { table, rows } = step;
  const source = `json_populate_recordset(null::${quoted(table.name)}, $1::json) v`;
  const run = (sql: string, values: Columns[]): Promise<unknown> => client.query(sql, [storable(values)]);

  const removed = rows.filter((row) => row.kind === 'remove').map((row) => row.key);
  if (removed.length > 0) await run(`delete from ${quoted(table.name)} t using ${source} where ${matching(table.key)}`, removed);

  for (const [columns, group] of byColumns(rows.filter((row) => row.kind === 'put').map((row) => row.row))) {
    const others = columns.filter((column) => !table.key.includes(column));
    const update =
      others.length > 0 ? `do update set ${others.map((c) => `${quoted(c)} = excluded.${quoted(c)}`).join(', ')}` : 'do nothing';
    await run(
      `insert into ${quoted(table.name)} (${list(columns)}) select ${list(columns, 'v.')} from ${source} on conflict (${list(table.key)}) ${update}`,
      group,
    );
  }

  for (const [columns, group] of byColumns(rows.filter((row) => row.kind === 'update').map((row) => row.row))) {
    const others = columns.filter((column) => !table.key.includes(column));
    if (others.length === 0) continue;
    const set = others.map((column) => `${quoted(column)} = v.${quoted(column)}`).join(', ');
    await run(`update ${quoted(table.name)} t set ${set} from ${source} where ${matching(table.key)}`, group);
  }
}

function byColumns(rows: Columns[]): Map<string[], Columns[]> {
  const groups = new Map<string, { columns: string[]; rows: Columns[] }>();
  for (const row of rows) {
    const columns = Object.keys(row).sort();
    const id = columns.join();
    const group = groups.get(id) ?? { columns, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return new Map([...groups.values()].map((group) => [group.columns, group.rows]));
}

async function writeWhere(client: pg.ClientBase, change: RowChange): Promise<void> {
  const values: unknown[] = [];
  const terms = (columns: Columns, joint: string): string =>
    Object.entries(columns)
      .map(([column, value]) => `${quoted(column)} = $${values.push(typeof value === 'string' ? storableText(value) : value)}`)
      .join(joint);
  const name = quoted(change.table.name);
  if (change.kind === 'removeWhere') await client.query(`delete from ${name} where ${terms(change.key, ' and ')}`, values);
  else await client.query(`update ${name} set ${terms(given(change.row!), ', ')} where ${terms(change.key, ' and ')}`, values);
}
