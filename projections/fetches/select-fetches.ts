import { FETCHING } from '../../src/mailboxes/mailbox.events.js';
import { pauseOf } from '../../src/platform/followers/leases.js';
import type { FetchAnswer, FetchFolderAnswer } from './fetch-answer.js';
import { type FetchRow, fetchTables } from './fetches.js';

export interface SelectedFetch extends FetchRow {
  folders: FetchFolderAnswer[];
  found: number;
  received: number;
  skipped: number;
  failed: number;
  pausedReason: string | null;
}

const { fetches, compared, failed, steps } = fetchTables;

const PAUSED = `case when row.state = 'running' then ${pauseOf(`'${FETCHING}'`, 'row."accountId"')} end`;

/**
 * Joins the sums over the folders of a fetch `row`, as `f`. A fetch that resumed after a crash has listed its folder
 * again: messages from before the second listing count as found too.
 */
export const WITH_FOLDERS = `cross join lateral (
  select coalesce(json_agg(json_build_object(
      'path', o.path, 'found', o.found, 'done', o.received + o.skipped + o.failed,
      'failed', o.reason, 'detail', o.detail) order by o.path), '[]') as folders,
    coalesce(sum(o.found), 0)::int as found, coalesce(sum(o.received - o.known), 0)::int as received,
    coalesce(sum(o.skipped), 0)::int as skipped, coalesce(sum(o.failed), 0)::int as failed,
    ${PAUSED} as "pausedReason"
  from (
    select coalesce(c.path, e.path) as path, e.reason, e.detail,
      coalesce(c.found, 0)
        + coalesce(sum(s.received + s.skipped + s.failed) filter (where s.position < c.position), 0) as found,
      coalesce(sum(s.received), 0) as received, coalesce(sum(s.known), 0) as known,
      coalesce(sum(s.skipped), 0) as skipped, coalesce(sum(s.failed), 0) as failed
    from (select * from ${compared.name} where "fetchId" = row.id) c
      full join (select * from ${failed.name} where "fetchId" = row.id) e using ("folderId")
      left join ${steps.name} s on s."fetchId" = row.id and s."folderId" = coalesce(c."folderId", e."folderId")
    group by c."folderId", c.path, c.found, e."folderId", e.path, e.reason, e.detail
  ) o
) f`;
export const SELECT_FETCH = `select row.*, f.* from ${fetches.name} row ${WITH_FOLDERS}`;

export const toFetch = (row: SelectedFetch): FetchAnswer => ({
  id: row.id,
  state: row.state,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
  found: row.found,
  received: row.received,
  skipped: row.skipped,
  failed: row.failed,
  reason: row.reason,
  pausedReason: row.pausedReason,
  folders: row.folders,
});
