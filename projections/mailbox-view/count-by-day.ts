import type pg from 'pg';
import { notRemoved } from '../../src/access/access.js';
import { searchTable } from '../mail-search/mail-search.js';
import { isUnreadBy } from '../reading/read-marks.js';
import { readingTables } from '../reading/reading.js';
import { mailboxTables } from './mailbox-tables.js';
import { type Filtered, inBoxes, type Parameter } from './message-ranges.js';

const { messages, places } = mailboxTables;

/** Counts the messages of each day in a time zone (IANA), newest day first. */
export function countByDay(wanted: Filtered, timeZone: string): pg.QueryConfig<unknown[]> {
  const values: unknown[] = [];
  const $: Parameter = (value) => `$${values.push(value)}`;
  const day = `(m."receivedAt" at time zone ${$(timeZone)})::date`;
  const { sources, terms } = conditions(wanted, $);
  const text = `select to_char(day, 'YYYY-MM-DD') as day, count::int from (
      select ${day} as day, count(*) as count from ${[`${messages.name} m`, ...sources].join(' join ')}
      where ${terms.join(' and ')} group by 1) days
    order by days.day desc`;
  return { text, values };
}

/** Joins, each with one row per message: `in` with a subquery may cost a scan of the subquery for each message. */
function conditions(wanted: Filtered, $: Parameter): { sources: string[]; terms: string[] } {
  const { accounts, folders, search, drafts, unread, unreadByMe, reader, since, before } = wanted;
  const sources: string[] = [];
  const terms = inBoxes(wanted, $);
  terms.push(accounts === 'all' ? notRemoved('m."accountId"') : `m."accountId" = any(${$(accounts)}::text[])`);
  if (since) terms.push(`m."receivedAt" >= ${$(since)}`);
  if (before) terms.push(`m."receivedAt" < ${$(before)}`);
  if (unread !== undefined) terms.push(unread ? 'not m.seen' : 'm.seen');
  if (unreadByMe === false) terms.push(`not ${isUnreadBy($(reader))}`);
  if (unreadByMe === true)
    sources.push(`${readingTables.unread.name} u on u."messageId" = m.id and u."userId" = ${$(reader)}`);
  if (search !== undefined && drafts?.length)
    sources.push(`(select "messageId" from ${searchTable.name} where words @@ ${$(search)}::tsquery
      union select unnest(${$(drafts)}::text[])) s on s."messageId" = m.id`);
  else if (search !== undefined)
    sources.push(`${searchTable.name} s on s."messageId" = m.id and s.words @@ ${$(search)}::tsquery`);
  if (folders) {
    const ids = `any(${$(folders)}::text[])`;
    sources.push(`(select "messageId" from ${places.name} where "folderId" = ${ids}
      union select id from ${messages.name} where "wishedFolderId" = ${ids}) f on f."messageId" = m.id`);
    terms.push(`(m."wishedFolderId" is null or m."wishedFolderId" = ${ids})`);
  }
  return { sources, terms };
}
