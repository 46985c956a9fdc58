import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { NameRow } from '../history/authors.js';
import { id, orNull, text } from '../../src/platform/read-models/columns.js';
import { historyColumns, type HistoryRow, historyRowOf } from '../history/history-entries.js';
import { sentences, tell } from './sentences.js';

export interface EntryRow extends HistoryRow<UserEvent['type']> {
  userId: string;
}

type Tables = { entries: EntryRow; names: NameRow };

const VERSION = 1;

export const userHistoryTables = {
  entries: table<EntryRow>('user_history_entries', VERSION, {
    columns: { userId: id, ...historyColumns },
  }),
  names: table<NameRow>('user_history_names', VERSION, { columns: { id, name: orNull(text) } }),
};

const record = ({ entries }: { entries: Rows<EntryRow> }, fact: Recorded<UserEvent>): void =>
  entries.put({
    userId: fact.data.userId,
    ...historyRowOf(fact, tell(fact, null).changes),
  });

const everyFact = Object.fromEntries(Object.keys(sentences).map((type) => [type, record])) as Handlers<
  UserEvent,
  Tables
>;

/** Who changed what about a person, when, by which way in. Kept as facts, told at query time. */
export const userHistory = defineProjection<UserEvent, Tables>({
  name: 'user-history',
  version: VERSION,
  tables: userHistoryTables,
  on: {
    ...everyFact,
    UserAdded: (rows, fact) => {
      record(rows, fact);
      rows.names.put({ id: fact.data.userId, name: fact.data.name });
    },
    UserRenamed: (rows, fact) => {
      record(rows, fact);
      rows.names.update({ id: fact.data.userId }, { name: fact.data.name });
    },
  },
});
