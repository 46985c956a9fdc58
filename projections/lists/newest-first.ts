import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { PageQuery } from '../../src/platform/http/input.js';
import { fromCursor, type Page, toPage } from '../../src/platform/http/pages.js';

interface Placed extends ObjectLiteral {
  id: string;
  /** of the fact that made the row */
  position: string;
}

/** One page of a list whose last entry of the log comes first. The query's alias is `row`. */
export async function newestFirst<R extends Placed, T>(
  query: SelectQueryBuilder<R>,
  { limit, cursor }: PageQuery,
  item: (row: R) => T,
): Promise<Page<T>> {
  const after = fromCursor(cursor, ['string', 'string']);
  if (after) query.andWhere('(row.position, row.id) < (:position, :id)', { position: after[0], id: after[1] });
  const rows = await query
    .orderBy('row.position', 'DESC')
    .addOrderBy('row.id', 'DESC')
    .limit(limit + 1)
    .getMany();
  return toPage(rows, limit, (row) => [row.position, row.id], item);
}
