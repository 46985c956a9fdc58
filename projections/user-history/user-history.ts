import type { Recorded } from '../../src/platform/fact-log.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/projection.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { NameRow } from '../authors.js';
import { id, json, orNull, position, reference, revision, text, time } from '../columns.js';
import { tell, userFactTypes } from './sentences.js';

export interface EntryRow {
  userId: string;
  /** of the stream of all people */
  revision: number;
  /** of the fact */
  id: string;
  at: Date;
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  via: string;
  type: UserEvent['type'];
  data: object;
  /** names of what it changed */
  fields: string[];
  position: string;
}

type Tables = { entries: EntryRow; names: NameRow };

const VERSION = 1;

export const userHistoryTables = {
  entries: table<EntryRow>('user_history_entries', VERSION, {
    columns: {
      userId: id,
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
  names: table<NameRow>('user_history_names', VERSION, { columns: { id, name: orNull(text) } }),
};

const record = ({ entries }: { entries: Rows<EntryRow> }, fact: Recorded<UserEvent>): void =>
  entries.put({
    userId: fact.data.userId,
    revision: fact.revision,
    id: fact.id,
    at: new Date(fact.metadata.at),
    by: fact.metadata.by,
    via: fact.metadata.via,
    type: fact.type,
    data: fact.data,
    fields: tell(fact, null).changes.map(({ field }) => field),
    position: fact.position,
  });

const everyFact = Object.fromEntries(userFactTypes.map((type) => [type, record])) as Handlers<UserEvent, Tables>;

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
