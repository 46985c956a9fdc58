import type { DataSource } from 'typeorm';
import type { PageQuery } from '../../src/platform/http/input.js';
import { fromCursor, type Page, toPage } from '../../src/platform/http/pages.js';
import { BadInput } from '../../src/platform/http/problems.js';
import type { ProjectionTable } from '../../src/platform/read-models/projection-tables.js';

/** By a text, so that one kind of cursor serves all, and by no more of it than a cursor takes. */
export interface Sort {
  by: string;
  order: 'asc' | 'desc';
}

/** Of rows that are called `row`. */
export const NEWEST: Sort = { by: 'row.position', order: 'desc' };
export const OLDEST: Sort = { by: 'row.position', order: 'asc' };
export const byText = (column: string): Sort => ({
  by: `left(lower(coalesce(row."${column}", '')), 50)`,
  order: 'asc',
});

/** Conditions of a query, whose values go as parameters. */
export class Filter {
  readonly values: unknown[] = [];
  private readonly terms = ['true'];

  /** Each `?` stands for the value; nothing is asked of one that is left out. */
  and(term: string, value: unknown): this {
    if (value !== undefined) this.terms.push(term.replaceAll('?', this.parameter(value)));
    return this;
  }

  always(term: string): this {
    this.terms.push(term);
    return this;
  }

  parameter(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  get sql(): string {
    return this.terms.join(' and ');
  }
}

export interface Listing<R extends object, S extends string> {
  table: ProjectionTable<R>;
  /** what is looked up for the rows that the limit leaves */
  besides?: string;
  filter: Filter;
  sorts: Readonly<Record<S, Sort>>;
}

/** One page of a list, which costs the same wherever it lies. */
export async function sortedPage<R extends { id: string }, S extends string, T>(
  database: DataSource,
  { table, besides, filter, sorts }: Listing<R, S>,
  { sort, limit, cursor }: PageQuery & { sort: S },
  item: (row: R) => T,
): Promise<Page<T>> {
  const { by, order } = sorts[sort];
  const after = fromCursor(cursor, ['string', 'string', 'string']);
  if (after && after[0] !== sort)
    throw new BadInput([{ field: 'cursor', message: 'is of a list that is sorted otherwise' }]);
  const beyond = after
    ? `and (${by}, row.id) ${order === 'asc' ? '>' : '<'} (${filter.parameter(after[1])}, ${filter.parameter(after[2])})`
    : '';
  const rows = await database.query<(R & { sortedBy: string })[]>(
    `select row.*, ${besides === undefined ? '' : `${besides}, `}${by} as "sortedBy" from ${table.name} row where ${filter.sql} ${beyond}
     order by ${by} ${order}, row.id ${order} limit ${filter.parameter(limit + 1)}`,
    filter.values,
  );
  return toPage(rows, limit, (row) => [sort, row.sortedBy, row.id], item);
}
