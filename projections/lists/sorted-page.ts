import type { DataSource } from 'typeorm';
import type { PageQuery } from '../../src/platform/http/input.js';
import { fromCursor, type Page, toPage } from '../../src/platform/http/pages.js';
import { BadInput } from '../../src/platform/http/problems.js';
import type { ProjectionTable } from '../../src/platform/read-models/projection-tables.js';

/** Order of a list. A cursor holds the keys of the last row, so that every page costs the same. */
export interface Sort {
  /** SQL over `row`; the last key is unique */
  keys: readonly string[];
  order: 'asc' | 'desc';
}

export const NEWEST: Sort = { keys: ['row.position', 'row.id'], order: 'desc' };
export const OLDEST: Sort = { keys: ['row.position', 'row.id'], order: 'asc' };

/** The first 50 characters in lower case: a cursor has no room for more. */
export const byText = (column: string): Sort => ({
  keys: [`left(lower(coalesce(row."${column}", '')), 50)`, 'row.id'],
  order: 'asc',
});

/** Conditions on `row`, with their values as parameters. */
export class Filter {
  readonly values: unknown[] = [];
  private readonly terms = ['true'];

  /** Each `?` in the term stands for the value. An undefined value adds no condition. */
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

/** Rows of a list, from a table with the alias `row`. */
interface Listing<R extends object> {
  table: Pick<ProjectionTable<R>, 'name' | 'key'>;
  joins?: string;
  /** columns beside those of the table */
  besides?: string;
  filter: Filter;
}

/**
 * One page of a list with one sort.
 * @throws BadInput for a cursor of another list
 */
export const pageOf = <R extends object, T>(
  database: DataSource,
  listing: Listing<R> & { sort: Sort },
  page: PageQuery,
  item: (row: R) => T,
): Promise<Page<T>> => pageAfter(database, listing, [], page, item);

/**
 * One page of a list with several sorts. Its cursors begin with the name of their sort.
 * @throws BadInput for a cursor of another list or of another sort
 */
export const sortedPage = <R extends object, S extends string, T>(
  database: DataSource,
  { sorts, ...listing }: Listing<R> & { sorts: Readonly<Record<S, Sort>> },
  page: PageQuery & { sort: S },
  item: (row: R) => T,
): Promise<Page<T>> => pageAfter(database, { ...listing, sort: sorts[page.sort] }, [page.sort], page, item);

async function pageAfter<R extends object, T>(
  database: DataSource,
  { table, joins = '', besides, filter, sort }: Listing<R> & { sort: Sort },
  name: readonly string[],
  { limit, cursor }: PageQuery,
  item: (row: R) => T,
): Promise<Page<T>> {
  const { keys, order } = sort;
  const after = fromCursor(
    cursor,
    [...name, ...keys].map(() => 'string'),
  );
  if (after && name.some((part, n) => after[n] !== part))
    throw new BadInput([{ field: 'cursor', message: 'belongs to another sort: begin with the first page' }]);
  if (after) {
    const values = after.slice(name.length).map((value) => filter.parameter(value));
    filter.always(`(${keys.join(', ')}) ${order === 'asc' ? '>' : '<'} (${values.join(', ')})`);
  }
  const columns = ['row.*', ...(besides === undefined ? [] : [besides]), ...keys.map((key, n) => `${key} as key${n}`)];
  const rows = await database.query<R[]>(
    `select ${columns.join(', ')} from ${table.name} row ${joins} where ${filter.sql}
     order by ${keys.map((key) => `${key} ${order}`).join(', ')} limit ${filter.parameter(limit + 1)}`,
    filter.values,
  );
  const keysOf = (row: R) => keys.map((_, n) => (row as Record<string, string>)[`key${n}`]!);
  return toPage(rows, limit, (row) => [...name, ...keysOf(row)], item);
}
