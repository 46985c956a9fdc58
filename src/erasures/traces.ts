import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { MessageContent, MessageEvent } from '../messages/message.events.js';
import type { Fact } from '../platform/domain.js';
import type { Position } from '../platform/log/event-store.js';
import type { Recorded } from '../platform/log/fact-log.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';
import type { TaskEvent } from '../tasks/task.events.js';
import type { ErasureEvent } from './erasure.events.js';

interface MessageTraceRow {
  message_id: string;
  account_id: string;
  /** keys of all addresses in the message */
  people: string[];
  /** the erasure in progress; null: none */
  erasure_id: string | null;
  position: string;
}

interface TaskTraceRow {
  task_id: string;
  message_id: string | null;
  contact_id: string | null;
  erasure_id: string | null;
  position: string;
}

const VERSION = 1;
const text = { type: 'text', collation: 'C' } as const;
const textOrNull = { ...text, nullable: true } as const;

const tables = {
  messages: table<MessageTraceRow>('message_traces', VERSION, {
    columns: {
      message_id: { ...text, primary: true },
      account_id: text,
      people: { type: 'text', array: true },
      erasure_id: textOrNull,
      position: text,
    },
    also: ['create index on % using gin (people)', 'create index on % (erasure_id) where erasure_id is not null'],
  }),
  tasks: table<TaskTraceRow>('task_traces', VERSION, {
    columns: {
      task_id: { ...text, primary: true },
      message_id: textOrNull,
      contact_id: textOrNull,
      erasure_id: textOrNull,
      position: text,
    },
    indices: [{ columns: ['message_id'] }, { columns: ['contact_id'] }],
    also: ['create index on % (erasure_id) where erasure_id is not null'],
  }),
};

type Tables = { messages: MessageTraceRow; tasks: TaskTraceRow };

const found = (
  { messages }: { messages: Rows<MessageTraceRow> },
  fact: Recorded<Fact<string, MessageContent>>,
): void => {
  const { messageId, accountId, peopleKeys } = fact.data;
  messages.put({
    message_id: messageId,
    account_id: accountId,
    people: peopleKeys,
    erasure_id: null,
    position: fact.position,
  });
};

/**
 * Messages and tasks of each person, by keys and ids only. Rows of erased records stay until the end of the erasure, so
 * that a repeated erasure finds all of them again.
 */
export const traces = defineProjection<MessageEvent | TaskEvent | ErasureEvent, Tables>({
  name: 'traces-of-people',
  version: VERSION,
  tables,
  on: {
    MessageReceived: found,
    SentMessageFound: found,
    DraftFound: found,
    MessageErased: ({ messages }, { data }) =>
      messages.update({ message_id: data.messageId }, { erasure_id: data.erasureId }),
    TaskCreated: ({ tasks }, { data, position }) =>
      tasks.put({
        task_id: data.taskId,
        message_id: data.messageId,
        contact_id: data.contactId,
        erasure_id: null,
        position,
      }),
    TaskLinkedToContact: ({ tasks }, { data }) => tasks.update({ task_id: data.taskId }, { contact_id: data.to }),
    TaskErased: ({ tasks }, { data }) => tasks.update({ task_id: data.taskId }, { erasure_id: data.erasureId }),
    PersonErased: ({ messages, tasks }, { data: { erasureId } }) => {
      messages.removeWhere({ erasure_id: erasureId });
      tasks.removeWhere({ erasure_id: erasureId });
    },
  },
});

interface PersonSought {
  contactId: string | null;
  addressKeys: readonly string[];
  /** only records before this position */
  before: Position;
  erasureId: string;
}

export interface Traces {
  messages: string[];
  /** tasks of these messages, and tasks of the contact without message */
  tasks: { id: string; messageId: string | null }[];
  /** tasks of the contact, from messages of other people */
  linked: string[];
}

@Injectable()
export class TracesOfPeople {
  constructor(private readonly database: DataSource) {}

  async of({ contactId, addressKeys, before, erasureId }: PersonSought): Promise<Traces> {
    const messages = await this.database.query<{ id: string }[]>(
      `select message_id as id from ${tables.messages.name}
       where people && $1::text[] and position < $2 and (erasure_id is null or erasure_id = $3) order by message_id`,
      [addressKeys, before, erasureId],
    );
    const ids = messages.map(({ id }) => id);
    const tasks = await this.database.query<{ id: string; messageId: string | null; whole: boolean }[]>(
      `select task_id as id, message_id as "messageId", message_id is null or message_id = any($1) as whole from ${tables.tasks.name}
       where (message_id = any($1) or contact_id = $2) and position < $3 and (erasure_id is null or erasure_id = $4) order by task_id`,
      [ids, contactId, before, erasureId],
    );
    return {
      messages: ids,
      tasks: tasks.filter(({ whole }) => whole),
      linked: tasks.filter(({ whole }) => !whole).map(({ id }) => id),
    };
  }
}
