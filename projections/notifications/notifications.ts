import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { MessageEvent } from '../../src/messages/message.events.js';
import {
  mailNotification,
  newsOf,
  type NotificationEvent,
  notifies,
  refusalsOf,
  type SendingKind,
  type TellingFact,
} from '../../src/notifications/notification.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import {
  count,
  flag,
  id,
  inKey,
  orNull,
  position,
  reference,
  text,
  time,
} from '../../src/platform/read-models/columns.js';
import { defineProjection, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { WishEvent } from '../../src/mailboxes/wishes/wish.events.js';
import { entryTriggers, NOTIFICATIONS_VERSION as VERSION, readTriggers, recipientTriggers } from './entry-triggers.js';

/** For everyone with access of their own to the account, or for one person. Holds ids, no personal data. */
export interface EntryRow {
  id: string;
  kind: 'mail' | 'change-refused' | SendingKind;
  accountId: string;
  /** null: everyone with access of their own */
  userId: string | null;
  /** null: several messages */
  messageId: string | null;
  count: number;
  at: Date;
  position: string;
  /** minutes since 1970; null: not of new mail */
  minute: number | null;
  /** why a change was refused, or a message not sent */
  reason: string | null;
}

/** Mail of the last minute of an account, counted by a trigger of the entries. */
interface CountRow {
  accountId: string;
  minute: number;
  count: number;
  position: string;
}

/** A person that sees the entries of an account after `since`. */
interface RecipientRow {
  accountId: string;
  userId: string;
  since: string;
  isActive: boolean;
  isOwner: boolean;
}

interface ReadRow {
  userId: string;
  id: string;
  at: Date;
}

/** All entries up to `until` that are recorded before `position` are read. */
interface ReadUntilRow {
  userId: string;
  position: string;
  until: Date;
  at: Date;
}

type Tables = {
  entries: EntryRow;
  counts: CountRow;
  recipients: RecipientRow;
  reads: ReadRow;
  readUntil: ReadUntilRow;
};
type RowsOf = { [T in keyof Tables]: Rows<Tables[T]> };

export const notificationTables = {
  entries: table<EntryRow>('notification_entries', VERSION, {
    columns: {
      id,
      kind: text,
      accountId: reference,
      userId: orNull(reference),
      messageId: orNull(reference),
      count,
      at: time,
      position,
      minute: orNull(count),
      reason: orNull(text),
    },
    indices: [{ columns: ['accountId', 'position'] }, { columns: ['messageId'] }],
    also: ['create index on % ("userId", position) where "userId" is not null', ...entryTriggers],
  }),
  counts: table<CountRow>('notification_counts', VERSION, {
    columns: { accountId: id, minute: count, count, position },
  }),
  recipients: table<RecipientRow>('notification_recipients', VERSION, {
    columns: { accountId: id, userId: id, since: position, isActive: flag, isOwner: flag },
    indices: [{ columns: ['userId'] }],
    also: recipientTriggers,
  }),
  reads: table<ReadRow>('notification_reads', VERSION, {
    columns: { userId: id, id, at: time },
    indices: [{ columns: ['userId', 'at'] }],
    also: readTriggers('reads'),
  }),
  readUntil: table<ReadUntilRow>('notification_reads_until', VERSION, {
    columns: { userId: id, position: inKey(position), until: time, at: time },
    indices: [{ columns: ['userId', 'at'] }],
    also: readTriggers('reads_until'),
  }),
};

function putRecipient({ recipients }: RowsOf, row: RecipientRow): void {
  const { accountId, userId, ...changes } = row;
  recipients.updateWhere({ accountId, userId }, changes);
  recipients.put(row);
}

type Received = Extract<MessageEvent, { type: 'MessageReceived' | 'MessageAlsoReceived' }>;

const received = ({ entries }: RowsOf, { data, metadata, position }: Recorded & { data: Received['data'] }): void => {
  if (!notifies(data)) return;
  const { accountId, messageId } = data;
  const at = new Date(metadata.at);
  const minute = Math.floor(at.getTime() / 60_000);
  const subject = { id: mailNotification(messageId), kind: 'mail' as const, accountId, messageId };
  entries.put({ ...subject, userId: null, count: 1, at, position, minute, reason: null });
};

const tellSender = ({ entries }: RowsOf, fact: Recorded & TellingFact): void => {
  const news = newsOf(fact);
  if (news === null) return;
  const { accountId, messageId } = fact.data;
  const { metadata, position } = fact;
  entries.put({ ...news, accountId, messageId, count: 1, at: new Date(metadata.at), position, minute: null });
};

const forget = ({ entries }: RowsOf, { data: { messageId } }: { data: { messageId: string } }): void =>
  entries.removeWhere({ messageId });

/**
 * Notifications of new mail in the accounts of a person, of changes that a mail server refused, and of sent messages
 * that did not arrive. One row serves all people of an account.
 */
export const notifications = defineProjection<NotificationEvent | MessageEvent | WishEvent | AccountEvent, Tables>({
  name: 'notifications',
  version: VERSION,
  tables: notificationTables,
  on: {
    AccountAdded: (rows, { data: { accountId, owner }, position: since }) => {
      if (owner !== null) putRecipient(rows, { accountId, userId: owner, since, isActive: true, isOwner: true });
    },
    AccessGranted: (rows, { data, position: since }) =>
      putRecipient(rows, { ...data, since, isActive: true, isOwner: false }),
    AccessRevoked: (rows, { data, position: since }) =>
      putRecipient(rows, { ...data, since, isActive: false, isOwner: false }),
    AccountRemoved: ({ entries, counts, recipients }, { data: { accountId } }) => {
      entries.removeWhere({ accountId });
      counts.removeWhere({ accountId });
      recipients.removeWhere({ accountId });
    },
    MessageReceived: received,
    MessageAlsoReceived: received,
    WishesSettled: ({ entries }, { data, metadata, position }) => {
      const told = { kind: 'change-refused' as const, accountId: data.accountId, at: new Date(metadata.at), position };
      for (const { messageIds, ...refusal } of refusalsOf(data)) {
        const messageId = messageIds.length === 1 ? messageIds[0]! : null;
        entries.put({ ...told, ...refusal, messageId, count: messageIds.length, minute: null });
      }
    },
    RecipientsRefused: tellSender,
    DeliveryFailed: tellSender,
    SendHeld: tellSender,
    SendUnknown: tellSender,
    SendCancelled: tellSender,
    MessageErased: forget,
    MessageDestroyed: forget,
    NotificationsRead: ({ reads, readUntil }, { data: { userId, ids, until }, metadata, position }) => {
      const at = new Date(metadata.at);
      for (const id of ids) reads.put({ userId, id, at });
      if (until !== null) readUntil.put({ userId, position, until: new Date(until), at });
    },
  },
});
