import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { MessageContent, MessageEvent } from '../../src/messages/message.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { flag, id, orNull, position, reference, time } from '../../src/platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { ReadingEvent } from '../../src/reading/reading.events.js';
import type { UserEvent } from '../../src/users/user.events.js';
import { receivedAtOf } from '../mailbox-view/received-at.js';
import { READING_VERSION as VERSION, triggersOf } from './unread-triggers.js';

/** Read state of a person in an account: mail recorded before `since` counts as read. */
export interface ReaderRow {
  accountId: string;
  userId: string;
  since: string;
  /** false: the person has lost the access, and later mail is not unread for them */
  isActive: boolean;
  /** false: an administrator that opened the account */
  hasAccess: boolean;
  /** the row of an owner never changes */
  isOwner: boolean;
}

interface MessageRow {
  messageId: string;
  accountId: string;
  receivedAt: Date;
  /** position of the receipt; null: the message counts as read by everyone, as sent mail does */
  received: string | null;
}

/** Marks that people have set. */
export interface MarkRow {
  messageId: string;
  userId: string;
  accountId: string;
  isRead: boolean;
  at: Date;
  position: string;
}

/** Unread mail of each person. Triggers of the other tables keep the rows. */
export interface UnreadRow {
  messageId: string;
  userId: string;
  accountId: string;
  receivedAt: Date;
  /** of the receipt, or of the mark as unread */
  position: string;
}

type Tables = { readers: ReaderRow; messages: MessageRow; marks: MarkRow; unread: UnreadRow };

const readers = table<ReaderRow>('reading_readers', VERSION, {
  columns: { accountId: id, userId: id, since: position, isActive: flag, hasAccess: flag, isOwner: flag },
  indices: [{ columns: ['userId'] }],
  also: triggersOf.readers,
});
const messages = table<MessageRow>('reading_messages', VERSION, {
  columns: { messageId: id, accountId: reference, receivedAt: time, received: orNull(position) },
  indices: [{ columns: ['accountId'] }],
  also: triggersOf.messages,
});
const marks = table<MarkRow>('reading_marks', VERSION, {
  columns: { messageId: id, userId: id, accountId: reference, isRead: flag, at: time, position },
  indices: [{ columns: ['accountId'] }],
  also: triggersOf.marks,
});
const unread = table<UnreadRow>('reading_unread', VERSION, {
  columns: { messageId: id, userId: id, accountId: reference, receivedAt: time, position },
  indices: [
    { columns: ['accountId', 'userId', 'receivedAt', 'messageId'] },
    { columns: ['userId', 'receivedAt', 'messageId'] },
  ],
});

export const readingTables = { readers, messages, marks, unread };

type RowsOf = { [T in keyof Tables]: Rows<Tables[T]> };

/** Changes of many rows keep their place among the others: so the readers are written in the order of the log. */
function putReader(
  { readers }: RowsOf,
  { accountId, userId }: { accountId: string; userId: string },
  row: Omit<ReaderRow, 'accountId' | 'userId'>,
): void {
  readers.updateWhere({ accountId, userId }, row);
  readers.put({ accountId, userId, ...row });
}

type Found = Recorded & Fact<string, Pick<MessageContent, 'accountId' | 'messageId' | 'receivedAt'>>;

const found = ({ messages }: RowsOf, fact: Found, received: string | null): void => {
  const { accountId, messageId } = fact.data;
  messages.put({ messageId, accountId, receivedAt: receivedAtOf(fact), received });
};

/** Mail that was read before its import is no news to anybody. */
const receiptOf = ({ data, position }: Recorded & { data: Pick<MessageContent, 'arrival' | 'seen'> }): string | null =>
  data.arrival === 'import' && data.seen ? null : position;

type OfMarks = { accountId: string; userId: string; messageIds: string[] };

const marked =
  (isRead: boolean) =>
  ({ marks }: RowsOf, { data, metadata, position }: Recorded & { data: OfMarks }): void => {
    const { messageIds, accountId, userId } = data;
    const at = new Date(metadata.at);
    for (const messageId of messageIds) marks.put({ messageId, userId, accountId, isRead, at, position });
  };

function forget({ messages, marks, unread }: RowsOf, messageId: string): void {
  messages.remove({ messageId });
  marks.removeWhere({ messageId });
  unread.removeWhere({ messageId });
}

/** Mail that each person has read. Unread mail is a row per person, so that a page of it is one range of an index. */
export const reading = defineProjection<ReadingEvent | MessageEvent | AccountEvent | UserEvent, Tables>({
  name: 'reading',
  version: VERSION,
  tables: readingTables,
  on: {
    AccountAdded: (rows, { data: { accountId, owner }, position: since }) => {
      if (owner !== null)
        putReader(rows, { accountId, userId: owner }, { since, isActive: true, hasAccess: true, isOwner: true });
    },
    AccessGranted: (rows, { data, position: since }) =>
      putReader(rows, data, { since, isActive: true, hasAccess: true, isOwner: false }),
    AccessRevoked: (rows, { data, position: since }) =>
      putReader(rows, data, { since, isActive: false, hasAccess: false, isOwner: false }),
    ReadUpTo: (rows, { data, position: since }) =>
      putReader(rows, data, { since, isActive: true, hasAccess: false, isOwner: false }),
    UserRoleChanged: ({ readers }, { data: { userId }, position: since }) =>
      readers.updateWhere({ userId, hasAccess: false }, { isActive: false, since }),
    AccountRemoved: (rows, { data: { accountId } }) => {
      for (const each of Object.values(rows) as Rows<{ accountId: string }>[]) each.removeWhere({ accountId });
    },
    MessageReceived: (rows, fact) => found(rows, fact, receiptOf(fact)),
    SentMessageFound: (rows, fact) => found(rows, fact, null),
    DraftFound: (rows, fact) => found(rows, fact, null),
    MessageQueued: (rows, fact) => found(rows, fact, null),
    MessageAlsoReceived: ({ messages }, fact) =>
      messages.update({ messageId: fact.data.messageId }, { received: receiptOf(fact) }),
    MessageErased: (rows, { data }) => forget(rows, data.messageId),
    MessageDestroyed: (rows, { data }) => forget(rows, data.messageId),
    MessagesRead: marked(true),
    MessagesUnread: marked(false),
  },
});
