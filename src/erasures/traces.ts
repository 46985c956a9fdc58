import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ContactEvent } from '../contacts/contact.events.js';
import type { MessageContent, MessageEvent } from '../messages/message.events.js';
import type { Fact } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import type { Recorded } from '../platform/log/fact-log.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';
import type { TaskEvent } from '../tasks/task.events.js';

interface MessageTraceRow {
  message_id: string;
  account_id: string;
  /** keys of all addresses in the message */
  people: string[];
  position: string;
  /** the erasure that erased the message; null: none */
  erasure_id: string | null;
  /** position of `MessageErased`, or of the earlier `MessageDestroyed` */
  erased: string | null;
}

/** People that only a second copy of a message names. */
interface FurtherPeopleRow {
  message_id: string;
  people: string[];
}

interface TaskTraceRow {
  task_id: string;
  message_id: string | null;
  contact_id: string | null;
  erasure_id: string | null;
  /** position of `TaskErased` */
  erased: string | null;
}

interface ContactTraceRow {
  contact_id: string;
  company_id: string | null;
}

const VERSION = 3;
const text = { type: 'text', collation: 'C' } as const;
const textOrNull = { ...text, nullable: true } as const;

const tables = {
  messages: table<MessageTraceRow>('message_traces', VERSION, {
    columns: {
      message_id: { ...text, primary: true },
      account_id: text,
      people: { type: 'text', array: true },
      position: text,
      erasure_id: textOrNull,
      erased: textOrNull,
    },
    also: ['create index on % using gin (people)', 'create index on % (erasure_id) where erasure_id is not null'],
  }),
  further: table<FurtherPeopleRow>('message_traces_further', VERSION, {
    columns: { message_id: { ...text, primary: true }, people: { type: 'text', array: true } },
    also: ['create index on % using gin (people)'],
  }),
  tasks: table<TaskTraceRow>('task_traces', VERSION, {
    columns: {
      task_id: { ...text, primary: true },
      message_id: textOrNull,
      contact_id: textOrNull,
      erasure_id: textOrNull,
      erased: textOrNull,
    },
    indices: [{ columns: ['message_id'] }, { columns: ['contact_id'] }],
    also: ['create index on % (erasure_id) where erasure_id is not null'],
  }),
  contacts: table<ContactTraceRow>('contact_traces', VERSION, {
    columns: { contact_id: { ...text, primary: true }, company_id: textOrNull },
    indices: [{ columns: ['company_id'] }],
  }),
};

type Tables = { messages: MessageTraceRow; further: FurtherPeopleRow; tasks: TaskTraceRow; contacts: ContactTraceRow };

const found = (
  { messages }: { messages: Rows<MessageTraceRow> },
  fact: Recorded<Fact<string, Pick<MessageContent, 'messageId' | 'accountId' | 'peopleKeys'>>>,
): void => {
  const { messageId, accountId, peopleKeys } = fact.data;
  messages.put({
    message_id: messageId,
    account_id: accountId,
    people: peopleKeys,
    position: fact.position,
    erasure_id: null,
    erased: null,
  });
};

/**
 * Messages and tasks of each person, and contacts of each company, by keys and ids only. Rows of erased and destroyed
 * messages stay: their tasks are found by them, also a task that is created later.
 */
export const traces = defineProjection<MessageEvent | TaskEvent | ContactEvent, Tables>({
  name: 'traces-of-people',
  version: VERSION,
  tables,
  on: {
    MessageReceived: found,
    SentMessageFound: found,
    DraftFound: found,
    MessageQueued: found,
    MessageAlsoReceived: ({ further }, { data }) =>
      further.put({ message_id: data.messageId, people: data.peopleKeys }),
    MessageErased: ({ messages }, { data, position }) =>
      messages.update({ message_id: data.messageId }, { erasure_id: data.erasureId, erased: position }),
    MessageDestroyed: ({ messages }, { data, position }) =>
      messages.update({ message_id: data.messageId }, { erased: position }),
    TaskCreated: ({ tasks }, { data }) =>
      tasks.put({
        task_id: data.taskId,
        message_id: data.messageId,
        contact_id: data.contactId,
        erasure_id: null,
        erased: null,
      }),
    TaskLinkedToContact: ({ tasks }, { data }) => tasks.update({ task_id: data.taskId }, { contact_id: data.to }),
    TaskErased: ({ tasks }, { data, position }) =>
      tasks.update({ task_id: data.taskId }, { erasure_id: data.erasureId, erased: position }),
    ContactCreated: ({ contacts }, { data }) =>
      contacts.put({ contact_id: data.contactId, company_id: data.companyId }),
    ContactMovedToCompany: ({ contacts }, { data }) =>
      contacts.update({ contact_id: data.contactId }, { company_id: data.to }),
    ContactErased: ({ contacts }, { data }) => contacts.remove({ contact_id: data.contactId }),
  },
});

export interface PersonSought {
  contactIds: readonly string[];
  addressKeys: readonly string[];
  /** only messages before this position; tasks of any position */
  before: Position;
}

/** Records that are not erased yet. */
export interface Traces {
  messages: string[];
  /** tasks of the person's messages, also of erased ones, and tasks of the contact without message */
  tasks: { id: string; messageId: string | null }[];
  /** tasks of the contact, from messages of other people */
  linked: string[];
}

@Injectable()
export class TracesOfPeople {
  constructor(private readonly database: DataSource) {}

  async of({ contactIds, addressKeys, before }: PersonSought): Promise<Traces> {
    const messages = await this.database.query<{ id: string; erased: boolean }[]>(
      `select message_id as id, erased is not null as erased from ${tables.messages.name}
       where position < $2 and message_id in (
         select message_id from ${tables.messages.name} where people && $1::text[]
         union select message_id from ${tables.further.name} where people && $1::text[])
       order by message_id`,
      [addressKeys, before],
    );
    const tasks = await this.database.query<{ id: string; messageId: string | null; whole: boolean }[]>(
      `select task_id as id, message_id as "messageId", message_id is null or message_id = any($1) as whole
       from ${tables.tasks.name} where (message_id = any($1) or contact_id = any($2)) and erased is null order by task_id`,
      [messages.map(({ id }) => id), contactIds],
    );
    return {
      messages: messages.filter(({ erased }) => !erased).map(({ id }) => id),
      tasks: tasks.filter(({ whole }) => whole),
      linked: tasks.filter(({ whole }) => !whole).map(({ id }) => id),
    };
  }

  /** Those of these companies that no other contact belongs to. */
  async withoutOthers(companyIds: readonly string[], contactIds: readonly string[]): Promise<string[]> {
    const shared = await this.database.query<{ id: string }[]>(
      `select distinct company_id as id from ${tables.contacts.name}
       where company_id = any($1) and contact_id <> all($2)`,
      [companyIds, contactIds],
    );
    return companyIds.filter((id) => !shared.some((each) => each.id === id));
  }

  /** Numbers of records that an erasure has erased, and the position of the last of these facts; null: none. */
  async erasedBy(erasureId: string): Promise<{ messages: number; tasks: number; last: Position | null }> {
    const [{ messages, tasks, last }] = (await this.database.query(
      `select count(*) filter (where kind = 'message')::int as messages, count(*) filter (where kind = 'task')::int as tasks,
         max(erased) as last
       from (select 'message' as kind, erased from ${tables.messages.name} where erasure_id = $1
             union all select 'task', erased from ${tables.tasks.name} where erasure_id = $1) erased`,
      [erasureId],
    )) as [{ messages: number; tasks: number; last: Position | null }];
    return { messages, tasks, last };
  }
}
