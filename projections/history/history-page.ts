import type { DataSource } from 'typeorm';
import { beginning, end } from '../../src/platform/http/day-or-time.js';
import { Filter, pageOf, type Sort } from '../lists/sorted-page.js';
import { namesOf } from './authors.js';
import { type HistoryPage, toHistoryEntry } from './history-answer.js';
import type { HistoryParameters } from './history-parameters.js';
import { type EntryRow, historyTables } from './history.js';
import { peopleIn, sentenceOf } from './sentences.js';

interface Options {
  /** hides parts of an entry from the caller */
  shown?: (row: EntryRow) => EntryRow;
  /** name of the person before the fact of an entry */
  nameBefore?: (row: EntryRow) => string | null;
}

/** One page of the history of a subject, newest first. */
export async function historyPage(
  database: DataSource,
  subject: string,
  parameters: HistoryParameters,
  { shown = (row) => row, nameBefore = () => null }: Options = {},
): Promise<HistoryPage> {
  const filter = filterOf(subject, parameters);
  const listing = { table: historyTables.entries, filter, sort: NEWEST_POSITION };
  const { items, next } = await pageOf(database, listing, parameters, shown);
  const nameOf = await namesOf(database, historyTables.names, items, peopleIn);
  const entryOf = (row: EntryRow) =>
    toHistoryEntry(row, nameOf, sentenceOf(row, { nameOf, nameBefore: nameBefore(row) }));
  return { items: items.map(entryOf), next };
}

const NEWEST_POSITION: Sort = { keys: ['row.position'], order: 'desc' };

const filterOf = (subject: string, { by, via, field, since, until }: HistoryParameters): Filter =>
  new Filter()
    .and('row.subject = ?', subject)
    .and(`row.by in (?, 'user:' || ?)`, by)
    .and('row.via = ?', via)
    .and('? = any(row.fields)', field)
    .and('row.at >= ?', since && beginning(since))
    .and('row.at < ?', until && end(until));
