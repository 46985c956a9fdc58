import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { Recorded } from '../../src/platform/fact-log.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/projection.js';
import type { UserEvent } from '../../src/users/user.events.js';
import { id, json, orNull, position, reference, revision, text, time } from '../columns.js';
import { sentences, tell, type Told } from './sentences.js';

export interface EntryRow extends Told {
  accountId: string;
  /** of the account's stream */
  revision: number;
  /** of the fact */
  id: string;
  at: Date;
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  via: string;
  /** names of what it changed */
  fields: string[];
  position: string;
}

export interface OwnerRow {
  accountId: string;
  owner: string | null;
}

export interface NameRow {
  id: string;
  name: string | null;
}

type Tables = { entries: EntryRow; accounts: OwnerRow; names: NameRow };

const VERSION = 2;

export const historyTables = {
  entries: table<EntryRow>('history_entries', VERSION, {
    columns: {
      accountId: id,
      revision,
      id: reference,
      at: time,
      by: reference,
      via: text,
      type: reference,
      data: json,
      fields: { type: 'text', array: true },
      position,
    },
  }),
  accounts: table<OwnerRow>('history_accounts', VERSION, { columns: { accountId: id, owner: orNull(reference) } }),
  names: table<NameRow>('history_names', VERSION, { columns: { id, name: orNull(text) } }),
};

const record = (entries: Rows<EntryRow>, fact: Recorded<AccountEvent>): void =>
  entries.put({
    accountId: fact.data.accountId,
    revision: fact.revision,
    id: fact.id,
    at: new Date(fact.metadata.at),
    by: fact.metadata.by,
    via: fact.metadata.via,
    type: fact.type,
    data: fact.data,
    fields: tell(fact, () => '').changes.map(({ field }) => field),
    position: fact.position,
  });

const everyAccountFact = Object.fromEntries(
  Object.keys(sentences).map((type) => [
    type,
    ({ entries }: { entries: Rows<EntryRow> }, fact: Recorded<AccountEvent>): void => record(entries, fact),
  ]),
) as Handlers<AccountEvent, Tables>;

/** Who changed what about an account, when, by which way in. Kept as facts, told at query time: people are named as they are today. */
export const changeHistory = defineProjection<AccountEvent | UserEvent, Tables>({
  name: 'change-history',
  version: VERSION,
  tables: historyTables,
  on: {
    ...everyAccountFact,
    AccountAdded: ({ entries, accounts }, fact) => {
      record(entries, fact);
      accounts.put({ accountId: fact.data.accountId, owner: fact.data.owner });
    },
    UserAdded: ({ names }, { data }) => names.put({ id: data.userId, name: data.name }),
    UserRenamed: ({ names }, { data }) => names.update({ id: data.userId }, { name: data.name }),
  },
});
