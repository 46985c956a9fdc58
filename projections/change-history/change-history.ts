import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { NameRow } from '../history/authors.js';
import { id, orNull, reference, text } from '../../src/platform/read-models/columns.js';
import { historyColumns, type HistoryRow, historyRowOf } from '../history/history-entries.js';
import { sentences, tell } from './sentences.js';

export interface EntryRow extends HistoryRow<AccountEvent['type']> {
  accountId: string;
}

export interface OwnerRow {
  accountId: string;
  owner: string | null;
}

type Tables = { entries: EntryRow; accounts: OwnerRow; names: NameRow };

const VERSION = 2;

export const historyTables = {
  entries: table<EntryRow>('history_entries', VERSION, {
    columns: { accountId: id, ...historyColumns },
  }),
  accounts: table<OwnerRow>('history_accounts', VERSION, { columns: { accountId: id, owner: orNull(reference) } }),
  names: table<NameRow>('history_names', VERSION, { columns: { id, name: orNull(text) } }),
};

const record = ({ entries }: { entries: Rows<EntryRow> }, fact: Recorded<AccountEvent>): void =>
  entries.put({
    accountId: fact.data.accountId,
    ...historyRowOf(fact, tell(fact, () => '').changes),
  });

const everyFact = Object.fromEntries(Object.keys(sentences).map((type) => [type, record])) as Handlers<
  AccountEvent,
  Tables
>;

/** Who changed what about an account, when, by which way in. Kept as facts, told at query time: people are named as they are today. */
export const changeHistory = defineProjection<AccountEvent | UserEvent, Tables>({
  name: 'change-history',
  version: VERSION,
  tables: historyTables,
  on: {
    ...everyFact,
    AccountAdded: (rows, fact) => {
      record(rows, fact);
      rows.accounts.put({ accountId: fact.data.accountId, owner: fact.data.owner });
    },
    UserAdded: ({ names }, { data }) => names.put({ id: data.userId, name: data.name }),
    UserRenamed: ({ names }, { data }) => names.update({ id: data.userId }, { name: data.name }),
  },
});
