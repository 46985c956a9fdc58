import type { Forms } from './copy-rows.js';

export type Columns = Record<string, unknown>;

export interface TargetTable {
  name: string;
  key: string[];
  forms: Forms;
  /** true if all columns of the key are texts */
  textKey?: boolean;
}

export interface RowChange {
  kind: 'put' | 'update' | 'remove' | 'removeWhere' | 'updateWhere';
  table: TargetTable;
  /** columns of the key (others are ignored); of `removeWhere` and `updateWhere` the values to match */
  key: Columns;
  /** of `put` the whole row with its key, of `update` and `updateWhere` some columns */
  row?: Columns;
}

export type KeyedChange =
  { kind: 'put'; row: Columns } | { kind: 'update'; row: Columns } | { kind: 'remove'; key: Columns };

/** Changes of one table, at most one per row; or one change of many rows. */
export type WriteStep = RowsStep | ManyRowsStep;
/** The rows with the values `where`; `set` null: they are removed. */
export interface ManyRowsStep {
  table: TargetTable;
  where: Columns;
  set: Columns | null;
}
export interface RowsStep {
  table: TargetTable;
  rows: KeyedChange[];
}

/**
 * Folds changes in their order to at most one per row. A change of many rows keeps its place: earlier changes are
 * written before it, later ones after.
 */
export function foldRows(changes: readonly RowChange[]): WriteStep[] {
  const steps: WriteStep[] = [];
  let open = new Map<string, { table: TargetTable; rows: Map<string, KeyedChange> }>();
  const close = (): void => {
    for (const { table, rows } of open.values()) steps.push({ table, rows: [...rows.values()] });
    open = new Map();
  };
  for (const change of changes) {
    const { table, kind } = change;
    if (kind === 'removeWhere' || kind === 'updateWhere') {
      close();
      steps.push({ table, where: change.key, set: kind === 'updateWhere' ? given(change.row!) : null });
      continue;
    }
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
