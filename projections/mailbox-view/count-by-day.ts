import type pg from 'pg';
import { notRemoved } from '../../src/access/access.js';
import { inTransaction } from '../../src/platform/database/database.js';
import { searchTable } from '../mail-search/mail-search.js';
import { isUnreadBy } from '../reading/read-marks.js';
import { readingTables } from '../reading/reading.js';
import { mailboxTables } from './mailbox-tables.js';
import { type Filtered, inBox, IS_SHOWN, type Parameter } from './message-ranges.js';

const { messages, places } = mailboxTables;
const MESSAGES = `${messages.name} m`;

/** Days and counts of messages, newest day first. */
export type DayCount = [day: string, count: number];

/**
 * Counts the messages of each day in a time zone (IANA). The transaction has that time zone: `at time zone` looks it up
 * again for each message.
 */
export const countByDay = (pool: pg.Pool, wanted: Filtered, timeZone: string): Promise<DayCount[]> =>
  inTransaction(pool, async (client) => {
    await client.query(`select set_config('TimeZone', $1, true)`, [timeZone]);
    const { rows } = await client.query<DayCount>({ ...selectDays(wanted), rowMode: 'array' });
    return rows;
  });

/** Statement with the columns `day` and `count`, in the time zone of the transaction. */
export function selectDays(wanted: Filtered): pg.QueryConfig<unknown[]> {
  const values: unknown[] = [];
  const $: Parameter = (value) => `$${values.push(value)}`;
  const { sources, terms } = conditions(wanted, $);
  const text = `select to_char(day, 'YYYY-MM-DD') as day, count::int from (${
    wanted.folders && wanted.search === undefined
      ? daysInFolders(sources, terms, inFolders(wanted.folders, $))
      : daysOf(sources, terms)
  }) days where day is not null and count > 0 order by days.day desc`;
  return { text, values };
}

/** `IS_SHOWN` is a filter of the count: as a condition, the planner takes it for the end of nearly all rows. */
const daysOf = (sources: readonly string[], terms: readonly string[]): string =>
  `select m."receivedAt"::date as day, count(*) filter (where ${IS_SHOWN}) as count
   from ${[MESSAGES, ...sources].join(' join ')} where ${terms.join(' and ')} group by 1`;

/** No join: without statistics PostgreSQL would compare each message with each place. */
const daysInFolders = (sources: readonly string[], terms: readonly string[], ids: string): string =>
  `select (select m."receivedAt"::date from ${[MESSAGES, ...sources].join(' join ')}
     where m.id = f.id and ${[IS_SHOWN, ...terms].join(' and ')}) as day, count(*) as count
   from (${ids}) f group by 1`;

/** Statement with the column `id`: messages that lie in a folder, or are on their way into it, or out of it. */
function inFolders(folders: readonly string[], $: Parameter): string {
  const ids = `any(${$(folders)}::text[])`;
  return `select "messageId" as id from ${places.name} where "folderId" = ${ids}
    union select id from ${messages.name} where "wishedFolderId" = ${ids}`;
}

/** Joins, each with one row per message: `in` with a subquery may cost a scan of the subquery for each message. */
function conditions(wanted: Filtered, $: Parameter): { sources: string[]; terms: string[] } {
  const { accounts, folders, search, drafts, unread, unreadByMe, reader, since, before } = wanted;
  const sources: string[] = [];
  const terms = [inBox(wanted, $)];
  terms.push(accounts === 'all' ? notRemoved('m."accountId"') : `m."accountId" = any(${$(accounts)}::text[])`);
  if (since) terms.push(`m."receivedAt" >= ${$(since)}`);
  if (before) terms.push(`m."receivedAt" < ${$(before)}`);
  if (unread !== undefined) terms.push(unread ? 'not m.seen' : 'm.seen');
  if (unreadByMe === false) terms.push(`not ${isUnreadBy($(reader))}`);
  if (unreadByMe === true)
    sources.push(`${readingTables.unread.name} u on u."messageId" = m.id and u."userId" = ${$(reader)}`);
  if (folders) terms.push(`(m."wishedFolderId" is null or m."wishedFolderId" = any(${$(folders)}::text[]))`);
  if (search === undefined) return { sources, terms };
  if (drafts?.length)
    sources.push(`(select "messageId" from ${searchTable.name} where words @@ ${$(search)}::tsquery
      union select unnest(${$(drafts)}::text[])) s on s."messageId" = m.id`);
  else sources.push(`${searchTable.name} s on s."messageId" = m.id and s.words @@ ${$(search)}::tsquery`);
  if (folders) sources.push(`(${inFolders(folders, $)}) f on f.id = m.id`);
  return { sources, terms };
}
