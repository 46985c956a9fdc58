import type { DataSource } from 'typeorm';
import { beginning, end } from '../../src/platform/http/day-or-time.js';
import { fromCursor, toPage } from '../../src/platform/http/pages.js';
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
  const rows = (await entriesOf(database, subject, parameters)).map(shown);
  const nameOf = await namesOf(database, historyTables.names, rows, peopleIn);
  return toPage(
    rows,
    parameters.limit,
    (row) => [row.revision],
    (row) => toHistoryEntry(row, nameOf, sentenceOf(row, { nameOf, nameBefore: nameBefore(row) })),
  );
}

function entriesOf(
  database: DataSource,
  subject: string,
  { by, via, field, since, until, limit, cursor }: HistoryParameters,
): Promise<EntryRow[]> {
  const entries = database
    .getRepository(historyTables.entries.entity)
    .createQueryBuilder('entry')
    .where('entry.subject = :subject', { subject });
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
