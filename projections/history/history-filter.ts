import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { SelectQueryBuilder } from 'typeorm';
import { beginning, end, IsDayOrTime } from '../../src/platform/http/day-or-time.js';
import { PageQuery } from '../../src/platform/http/input.js';
import { fromCursor } from '../../src/platform/http/pages.js';

export class HistoryParameters extends PageQuery {
  /** only what this person or service did: `by.id` of an entry */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;

  /** only what came by this way in: `via` of an entry; of a service also what it did on behalf of people */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  via?: string;

  /** only what changed this field */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  field?: string;

  /** changed then or later: a day (UTC) or a time */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** changed before that time, or on that day (UTC) or earlier */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}

/** What the parameters ask for of a history's entries, newest first, and one more to tell whether there is another page. */
export function pageOf<R extends object>(
  entries: SelectQueryBuilder<R>,
  { by, via, field, since, until, limit, cursor }: HistoryParameters,
): Promise<R[]> {
  if (by !== undefined) entries.andWhere('entry.by in (:...authors)', { authors: [`user:${by}`, by] });
  if (via !== undefined) entries.andWhere('entry.via = :via', { via });
  if (field !== undefined) entries.andWhere(':field = any(entry.fields)', { field });
  if (since !== undefined) entries.andWhere('entry.at >= :since', { since: beginning(since) });
  if (until !== undefined) entries.andWhere('entry.at < :until', { until: end(until) });
  const after = fromCursor(cursor, ['number']);
  if (after) entries.andWhere('entry.revision < :revision', { revision: after[0] });
  return entries
    .orderBy('entry.revision', 'DESC')
    .limit(limit + 1)
    .getMany();
}
