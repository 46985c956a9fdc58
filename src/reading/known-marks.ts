import { Injectable } from '@nestjs/common';
import { Map } from 'immutable';
import { DataSource } from 'typeorm';
import type { AccountEvent } from '../accounts/account.events.js';
import type { MessageEvent } from '../messages/message.events.js';
import type { Known } from '../platform/commands/decide.js';
import { poolOf } from '../platform/database/database.js';
import { count, flag, id, reference } from '../platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../platform/read-models/projection.js';
import type { UserEvent } from '../users/user.events.js';
import type { ReadingEvent } from './reading.events.js';
import type { Marks } from './reading.fold.js';

interface MarkRow {
  messageId: string;
  userId: string;
  accountId: string;
  isRead: boolean;
}

/** Accounts that administrators have opened without access of their own. */
interface OpeningRow {
  accountId: string;
  userId: string;
}

/** Revision of each stream up to which the other tables hold it. */
interface StreamRow {
  accountId: string;
  userId: string;
  revision: number;
}

const VERSION = 1;

const marks = table<MarkRow>('known_marks', VERSION, {
  columns: { messageId: id, userId: id, accountId: reference, isRead: flag },
  indices: [{ columns: ['accountId', 'userId'] }],
});
const openings = table<OpeningRow>('known_openings', VERSION, {
  columns: { accountId: id, userId: id },
  indices: [{ columns: ['userId'] }],
});
const streams = table<StreamRow>('known_marks_streams', VERSION, {
  columns: { accountId: id, userId: id, revision: count },
});

type Tables = { marks: MarkRow; openings: OpeningRow; streams: StreamRow };

const marked =
  (isRead: boolean) =>
  (
    rows: { [T in keyof Tables]: Rows<Tables[T]> },
    { data, revision }: { data: { accountId: string; userId: string; messageIds: string[] }; revision: number },
  ): void => {
    const { messageIds, ...reader } = data;
    for (const messageId of messageIds) rows.marks.put({ messageId, ...reader, isRead });
    rows.streams.put({ ...reader, revision });
  };

/** Marks that people have set: a decision reads those of its messages, and of the stream only the facts after them. */
export const knownMarks = defineProjection<ReadingEvent | AccountEvent | UserEvent | MessageEvent, Tables>({
  name: 'known-marks',
  version: VERSION,
  tables: { marks, openings, streams },
  on: {
    MessagesRead: marked(true),
    MessagesUnread: marked(false),
    ReadUpTo: ({ marks, openings, streams }, { data: { accountId, userId }, revision }) => {
      marks.removeWhere({ accountId, userId, isRead: false });
      openings.put({ accountId, userId });
      streams.put({ accountId, userId, revision });
    },
    AccessGranted: ({ marks }, { data: { accountId, userId } }) =>
      marks.removeWhere({ accountId, userId, isRead: false }),
    AccessRevoked: ({ openings }, { data: { accountId, userId } }) => openings.remove({ accountId, userId }),
    UserRoleChanged: ({ openings }, { data: { userId } }) => openings.removeWhere({ userId }),
    MessageErased: ({ marks }, { data: { messageId } }) => marks.removeWhere({ messageId }),
    MessageDestroyed: ({ marks }, { data: { messageId } }) => marks.removeWhere({ messageId }),
    AccountRemoved: (rows, { data: { accountId } }) => {
      rows.marks.removeWhere({ accountId });
      rows.openings.removeWhere({ accountId });
      rows.streams.removeWhere({ accountId });
    },
  },
});

@Injectable()
export class KnownMarks {
  constructor(private readonly database: DataSource) {}

  /** State at a revision of the stream, with the marks of these messages alone; revision -1: nothing is known. */
  async of(accountId: string, userId: string, messageIds: readonly string[]): Promise<Known<Marks>> {
    const { rows } = await poolOf(this.database).query<{ revision: number; opened: boolean; marks: Row[] | null }>({
      name: 'known_marks',
      text: `select coalesce((select revision from ${streams.name} where "accountId" = $1 and "userId" = $2), -1) as revision,
          exists (select from ${openings.name} where "accountId" = $1 and "userId" = $2) as opened,
          (select json_agg(json_build_array("messageId", "isRead")) from ${marks.name}
           where "messageId" = any($3::text[]) and "userId" = $2) as marks`,
      values: [accountId, userId, messageIds],
    });
    const { revision, opened, marks: known } = rows[0]!;
    return { state: { opened, isRead: Map(known ?? []) }, revision };
  }
}

type Row = [messageId: string, isRead: boolean];
