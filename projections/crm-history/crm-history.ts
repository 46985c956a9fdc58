import { companyStream } from '../../src/companies/company.events.js';
import { contactStream } from '../../src/contacts/contact.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/read-models/projection.js';
import { taskStream } from '../../src/tasks/task.events.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { NameRow } from '../history/authors.js';
import { id, orNull, reference, text } from '../../src/platform/read-models/columns.js';
import { historyColumns, type HistoryRow, historyRowOf } from '../history/history-entries.js';
import { type CrmEvent, sentences, tell } from './sentences.js';

export interface EntryRow extends HistoryRow<CrmEvent['type']> {
  /** of the contact, the company or the task */
  stream: string;
}

/** What there is to have a history. */
export interface SubjectRow {
  stream: string;
  /** of a task; null for what belongs to no account */
  accountId: string | null;
}

type Tables = { entries: EntryRow; subjects: SubjectRow; names: NameRow };

const VERSION = 1;

export const crmHistoryTables = {
  entries: table<EntryRow>('crm_history_entries', VERSION, {
    columns: { stream: id, ...historyColumns },
  }),
  subjects: table<SubjectRow>('crm_history_subjects', VERSION, {
    columns: { stream: id, accountId: orNull(reference) },
  }),
  names: table<NameRow>('crm_history_names', VERSION, { columns: { id, name: orNull(text) } }),
};

const record = ({ entries }: { entries: Rows<EntryRow> }, fact: Recorded<CrmEvent>): void =>
  entries.put({
    stream: fact.stream,
    ...historyRowOf(fact, tell(fact, () => '').changes),
  });

const everyFact = Object.fromEntries(Object.keys(sentences).map((type) => [type, record])) as Handlers<
  CrmEvent,
  Tables
>;

/** What is erased has no history any more: that it was erased is told by the erasure. */
const forget = (
  { entries, subjects }: { entries: Rows<EntryRow>; subjects: Rows<SubjectRow> },
  stream: string,
): void => {
  entries.removeWhere({ stream });
  subjects.remove({ stream });
};

/** Who changed what about a contact, a company or a task, when, by which way in. Kept as facts, told at query time. */
export const crmHistory = defineProjection<CrmEvent | UserEvent, Tables>({
  name: 'crm-history',
  version: VERSION,
  tables: crmHistoryTables,
  on: {
    ...everyFact,
    ContactCreated: (rows, fact) => {
      record(rows, fact);
      rows.subjects.put({ stream: contactStream(fact.data.contactId), accountId: null });
    },
    CompanyCreated: (rows, fact) => {
      record(rows, fact);
      rows.subjects.put({ stream: companyStream(fact.data.companyId), accountId: null });
    },
    TaskCreated: (rows, fact) => {
      record(rows, fact);
      rows.subjects.put({ stream: taskStream(fact.data.taskId), accountId: fact.data.accountId });
    },
    ContactErased: (rows, { data }) => forget(rows, contactStream(data.contactId)),
    TaskErased: (rows, { data }) => forget(rows, taskStream(data.taskId)),
    UserAdded: ({ names }, { data }) => names.put({ id: data.userId, name: data.name }),
    UserRenamed: ({ names }, { data }) => names.update({ id: data.userId }, { name: data.name }),
  },
});
