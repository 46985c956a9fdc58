import { type DataSource, In } from 'typeorm';
import { accountStream } from '../../src/accounts/account.events.js';
import { companyStream } from '../../src/companies/company.events.js';
import { contactStream } from '../../src/contacts/contact.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import {
  id,
  inKey,
  json,
  orNull,
  position,
  reference,
  revision,
  text,
  time,
} from '../../src/platform/read-models/columns.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/read-models/projection.js';
import { taskStream } from '../../src/tasks/task.events.js';
import { USERS_STREAM } from '../../src/users/user.events.js';
import type { NameRow } from './authors.js';
import { folderSentences, isTold } from './folder-sentences.js';
import { type FactContent, type HistoryFact, sentenceOf, sentences } from './sentences.js';

/** A recorded fact. Queries make its sentence, so that people appear under their present names. */
export interface EntryRow {
  /** stream of the account, contact, company or task; for a person see `personSubject` */
  subject: string;
  /** of the fact in the stream of the subject; null: the fact is in another stream, such as that of folders */
  revision: number | null;
  /** of the fact */
  id: string;
  at: Date;
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  via: string;
  type: HistoryFact['type'];
  data: object;
  /** changed fields */
  fields: string[];
  position: string;
}

type Tables = { entries: EntryRow; names: NameRow };

const VERSION = 3;

/** The names avoid `history_entries_1` and `history_names_1` of a former projection, which databases may still hold. */
export const historyTables = {
  entries: table<EntryRow>('history', VERSION, {
    columns: {
      subject: id,
      position: inKey(position),
      revision: orNull(revision),
      id: reference,
      at: time,
      by: reference,
      via: text,
      type: reference,
      data: json,
      fields: { type: 'text', array: true },
    },
  }),
  names: table<NameRow>('history_people', VERSION, { columns: { id, name: orNull(text) } }),
};

/** All people share one stream, so a person needs a subject of its own. */
export const personSubject = (userId: string): string => `user-${userId}`;

const subjectOf = ({ stream, type, data }: Recorded<HistoryFact>): string => {
  if (type in folderSentences) return accountStream((data as { accountId: string }).accountId);
  return stream === USERS_STREAM ? personSubject((data as { userId: string }).userId) : stream;
};

const fieldsOf = (fact: FactContent<HistoryFact['type']>): string[] =>
  sentenceOf(fact, { nameOf: () => '', nameBefore: null }).changes.map(({ field }) => field);

function record({ entries }: { entries: Rows<EntryRow> }, fact: Recorded<HistoryFact>): void {
  const isOfFolder = fact.type in folderSentences;
  if (isOfFolder && !isTold(fact.type, fact.data)) return;
  entries.put({
    subject: subjectOf(fact),
    revision: isOfFolder ? null : fact.revision,
    id: fact.id,
    at: new Date(fact.metadata.at),
    by: fact.metadata.by,
    via: fact.metadata.via,
    type: fact.type,
    data: fact.data,
    fields: fieldsOf(fact),
    position: fact.position,
  });
}

const everyFact = Object.fromEntries(Object.keys(sentences).map((type) => [type, record])) as Handlers<
  HistoryFact,
  Tables
>;

/** Changes of accounts, contacts, companies, tasks and people: author, time and entrance (`via`). */
export const history = defineProjection<HistoryFact, Tables>({
  name: 'history',
  version: VERSION,
  tables: historyTables,
  on: {
    ...everyFact,
    // An erased contact, company or task keeps no history; the list of erasures shows its erasure.
    ContactErased: ({ entries }, { data }) => entries.removeWhere({ subject: contactStream(data.contactId) }),
    CompanyErased: ({ entries }, { data }) => entries.removeWhere({ subject: companyStream(data.companyId) }),
    TaskErased: ({ entries }, { data }) => entries.removeWhere({ subject: taskStream(data.taskId) }),
    // A rebuild finds the earlier titles here: their own facts are unreadable by then.
    TaskTitlesKept: (rows, fact) => {
      record(rows, fact);
      for (const { revision: at, type, data } of fact.data.earlier ?? [])
        rows.entries.updateWhere(
          { subject: subjectOf(fact), revision: at },
          { data, fields: fieldsOf({ type, data }) },
        );
    },
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

const CREATIONS: HistoryFact['type'][] = ['AccountAdded', 'ContactCreated', 'CompanyCreated', 'TaskCreated'];

/** Fact that created an account, contact, company or task; null: never created, or erased. */
export const creationOf = (database: DataSource, subject: string): Promise<EntryRow | null> =>
  database
    .getRepository(historyTables.entries.entity)
    .findOne({ where: { subject, type: In(CREATIONS) }, order: { position: 'ASC' } });
