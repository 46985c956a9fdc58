import type pg from 'pg';
import { notRemoved } from '../../src/access/access.js';
import { searchTable } from '../mail-search/mail-search.js';
import { readingTables } from '../reading/reading.js';
import { mailboxTables } from './mailbox-view.js';
import { type Filtered, inBoxes, type Parameter } from './message-ranges.js';

/** Counts the messages of each day in a time zone (IANA), newest day first. */
export function countByDay(wanted: Filtered, timeZone: string): pg.QueryConfig<unknown[]> {
  const values: unknown[] = [];
  const $: Parameter = (value) => `$${values.push(value)}`;
  const day = `(m."receivedAt" at time zone ${$(timeZone)})::date`;
  const text = `select to_char(day, 'YYYY-MM-DD') as day, count::int from (
      select ${day} as day, count(*) as count from ${mailboxTables.messages.name} m
      where ${conditions(wanted, $).join(' and ')} group by 1) days
    order by days.day desc`;
  return { text, values };
}

function conditions(wanted: Filtered, $: Parameter): string[] {
  const { accounts, folders, search, unread, unreadByMe, reader, since, before } = wanted;
  const terms = inBoxes(wanted, $);
  terms.push(accounts === 'all' ? notRemoved('m."accountId"') : `m."accountId" = any(${$(accounts)}::text[])`);
  if (since) terms.push(`m."receivedAt" >= ${$(since)}`);
  if (before) terms.push(`m."receivedAt" < ${$(before)}`);
  if (unread !== undefined) terms.push(unread ? 'not m.seen' : 'm.seen');
  if (unreadByMe !== undefined)
    terms.push(`${unreadByMe ? '' : 'not '}exists (select from ${readingTables.unread.name} u
      where u."messageId" = m.id and u."userId" = ${$(reader)})`);
  if (search !== undefined)
    terms.push(`m.id in (select s."messageId" from ${searchTable.name} s where s.words @@ ${$(search)}::tsquery
      ${accounts === 'all' ? '' : `and s."accountId" = any(${$(accounts)}::text[])`})`);
  if (folders) {
    const ids = $(folders);
    terms.push(`(m."wishedFolderId" = any(${ids}::text[]) or m."wishedFolderId" is null and m.id in (
      select p."messageId" from ${mailboxTables.places.name} p where p."folderId" = any(${ids}::text[])))`);
  }
  return terms;
}
