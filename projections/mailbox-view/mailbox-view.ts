import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { ContactEvent } from '../../src/contacts/contact.events.js';
import type { FolderEvent } from '../../src/mailboxes/folders/folder.events.js';
import { type FetchEvent, type FolderRole, inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import type { ConversationEvent } from '../../src/messages/conversation.events.js';
import type { PlacedMessage, PlacesEvent, Shelf } from '../../src/mailboxes/places.events.js';
import { type FlagChange, NO_FLAGS } from '../../src/messages/flags.events.js';
import type { Box, MessageContent, MessageEvent, PersonalContent, Place } from '../../src/messages/message.events.js';
import type { QueuedMessage } from '../../src/messages/sending.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { HoldEvent } from '../../src/sending/hold/hold.events.js';
import type { TaskEvent } from '../../src/tasks/task.events.js';
import type { WishEvent } from '../../src/mailboxes/wishes/wish.events.js';
import { count, flag, id, inKey, orNull, reference, text, time } from '../../src/platform/read-models/columns.js';
import {
  holdHandlers,
  type HoldRow,
  outgoingHandlers,
  type OutgoingRow,
  outgoingTables,
  putOutgoing,
  type RecipientRow,
} from './outgoing-rows.js';
import { receivedAtOf } from './received-at.js';

/**
 * The table generates the column `box`: a deleted message is in the `trash`; a message that lies or lay in the inbox is
 * `received`; elsewhere `sent` wins over `received`, and `received` over `draft`.
 */
export interface MessageRow {
  id: string;
  accountId: string;
  /** first guess of the conversation, which may have joined another one */
  threadId: string;
  /** folder in which the message was found last; null: none so far, for a message that is sent from here */
  folderId: string | null;
  /** folder into which a person moved the message, until the server follows or refuses; null: none */
  wishedFolderId: string | null;
  /** time at which a person put the message into the trash; null: not deleted */
  deletedAt: Date | null;
  /** of the fact that recorded the message */
  position: string;
  receivedAt: Date;
  isInInbox: boolean;
  isSent: boolean;
  isReceived: boolean;
  /** recipients wait for their server */
  isInOutbox: boolean;
  /** the sending was cancelled: no list shows the message */
  isCancelled: boolean;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  forwarded: boolean;
  size: number;
  hash: string;
  parsed: boolean;
  senderKey: string | null;
  /** all fields are null once the message is erased */
  content: Omit<PersonalContent, 'inReplyTo' | 'references'>;
}

/** A place of a message on the server. A trigger of the table sets the column `receivedAt`. */
interface PlaceRow extends Place {
  messageId: string;
  /** flagged as deleted by another program */
  deleted: boolean;
}

/** A conversation that belongs to another one. */
interface JoinedRow {
  threadId: string;
  accountId: string;
  root: string;
}

/** A folder stays when it is gone from the server: mail on record lay there. */
export interface FolderRow {
  id: string;
  accountId: string;
  path: string;
  name: string;
  /** null: at the top, or the folder above is not listed */
  parentId: string | null;
  role: FolderRole;
  /** false: holds folders and no mail */
  selectable: boolean;
  fetched: boolean;
  onServer: boolean;
  /** last comparison with the server; null: none */
  syncedAt: Date | null;
}

/** Received mail of an account that only sends is not shown. */
interface AccountRow {
  id: string;
  sendOnly: boolean;
}

interface ContactRow {
  addressKey: string;
  contactId: string;
}

interface TaskRow {
  messageId: string;
  taskId: string;
}

/** Box of a message, the trash of the CRM, or mail that was cancelled before it left. */
export type ListedBox = Box | 'trash' | 'cancelled';

const VERSION = 7;

const messages = table<MessageRow>('mail_messages', VERSION, {
  columns: {
    id,
    accountId: reference,
    threadId: reference,
    folderId: orNull(reference),
    wishedFolderId: orNull(reference),
    deletedAt: orNull(time),
    position: reference,
    receivedAt: time,
    isInInbox: flag,
    isSent: flag,
    isReceived: flag,
    isInOutbox: flag,
    isCancelled: flag,
    seen: flag,
    flagged: flag,
    answered: flag,
    forwarded: flag,
    size: count,
    hash: text,
    parsed: flag,
    senderKey: orNull(reference),
    content: { type: 'json' },
  },
  indices: [{ columns: ['threadId', 'receivedAt', 'id'] }],
  also: [
    `alter table % add column box text collate "C" generated always as
       (case when "deletedAt" is not null then 'trash' when "isCancelled" then 'cancelled' when "isInInbox" then 'received' when "isSent" then 'sent'
          when "isReceived" then 'received' else 'draft' end) stored`,
    'create index on % ("accountId", box, "receivedAt", id)',
    'create index on % ("accountId", box, "receivedAt", id) where not seen',
    'create index on % ("wishedFolderId", "receivedAt", id) where "wishedFolderId" is not null',
    'create index on % (box, "receivedAt", id)',
    'create index on % ("accountId", box, "receivedAt", id) where "isInOutbox"',
  ],
});

/** In `public` also for a rebuild: the function outlives the rebuild's schema, and finds messages by search path. */
const TAKE_TIME = `public.mail_places_${VERSION}_take_time`;

/** Each row holds the time of its message, so that a page of a folder is one range of the index. */
const places = table<PlaceRow>('mail_places', VERSION, {
  columns: {
    folderId: id,
    uidValidity: id,
    uid: inKey({ type: 'bigint' }),
    messageId: reference,
    deleted: flag,
  },
  indices: [{ columns: ['messageId'] }],
  also: [
    'alter table % add column "receivedAt" timestamptz',
    'create index on % ("folderId", "receivedAt", "messageId")',
    `create or replace function ${TAKE_TIME}() returns trigger language plpgsql as $$ begin
       select m."receivedAt" into new."receivedAt" from ${messages.name} m where m.id = new."messageId";
       return new;
     end $$`,
    `create trigger take_time before insert on % for each row execute function ${TAKE_TIME}()`,
  ],
});

const joined = table<JoinedRow>('mail_joined_conversations', VERSION, {
  columns: { threadId: id, accountId: reference, root: reference },
  indices: [{ columns: ['root'] }],
});

const folders = table<FolderRow>('mail_folders', VERSION, {
  columns: {
    id,
    accountId: reference,
    path: text,
    name: text,
    parentId: orNull(reference),
    role: orNull(text),
    selectable: flag,
    fetched: flag,
    onServer: flag,
    syncedAt: orNull(time),
  },
  indices: [{ columns: ['accountId'] }],
});
const accounts = table<AccountRow>('mail_accounts', VERSION, {
  columns: { id, sendOnly: flag },
  also: ['create index on % (id) where "sendOnly"'],
});
const contacts = table<ContactRow>('mail_contacts', VERSION, { columns: { addressKey: id, contactId: reference } });
const tasks = table<TaskRow>('mail_tasks', VERSION, { columns: { messageId: id, taskId: reference } });

const { outgoing, recipients, holds } = outgoingTables(VERSION);

export const mailboxTables = {
  messages,
  places,
  joined,
  folders,
  accounts,
  contacts,
  tasks,
  outgoing,
  recipients,
  holds,
};

type Handled =
  | MessageEvent
  | HoldEvent
  | PlacesEvent
  | WishEvent
  | ConversationEvent
  | FolderEvent
  | FetchEvent
  | AccountEvent
  | ContactEvent
  | TaskEvent;
type RowsOf = {
  messages: MessageRow;
  places: PlaceRow;
  joined: JoinedRow;
  folders: FolderRow;
  accounts: AccountRow;
  contacts: ContactRow;
  tasks: TaskRow;
  outgoing: OutgoingRow;
  recipients: RecipientRow;
  holds: HoldRow;
};

type TablesOf = { [T in keyof RowsOf]: Rows<RowsOf[T]> };
type Mail = { messages: Rows<MessageRow>; places: Rows<PlaceRow> };

/** Tables are written in the order of their first change: messages first, because the trigger of places reads them. */
const take =
  (box: Box) =>
  ({ messages, places }: Mail, fact: Recorded<Fact<string, MessageContent>>): void => {
    messages.put(messageRow(fact, box));
    places.put(placeRow(fact.data));
  };

const placeRow = ({ folderId, uidValidity, uid, messageId, deleted }: PlaceRow): PlaceRow => ({
  folderId,
  uidValidity,
  uid,
  messageId,
  deleted,
});

const inInbox = ({ accountId, folderId }: { accountId: string; folderId: string }): Partial<MessageRow> =>
  folderId === inboxIdOf(accountId) ? { isInInbox: true } : {};

const turnedBy = (box: Box | null): Partial<MessageRow> =>
  box === 'sent' ? { isSent: true } : box === 'received' ? { isReceived: true } : {};

function placed({ messages, places }: Mail, place: PlaceRow, change: Partial<MessageRow>): void {
  messages.update({ id: place.messageId }, { folderId: place.folderId, ...change });
  places.put(placeRow(place));
}

function gone(
  { messages, places, tasks, outgoing, recipients }: TablesOf,
  { data: { messageId } }: { data: { messageId: string } },
): void {
  messages.remove({ id: messageId });
  places.removeWhere({ messageId });
  tasks.remove({ messageId });
  outgoing.remove({ messageId });
  recipients.removeWhere({ messageId });
}

function left({ messages, places }: Mail, { folderId, uidValidity }: Shelf, from: readonly PlacedMessage[]): void {
  for (const { messageId, uid } of from) {
    // Changes no column: messages stay the first table of the batch.
    messages.update({ id: messageId }, {});
    places.remove({ folderId, uidValidity, uid });
  }
}

function updateAll({ messages }: Mail, ids: readonly string[], change: Partial<MessageRow>): void {
  for (const each of ids) messages.update({ id: each }, change);
}

/** Columns of the message that show flags. */
const shown = ({ seen, flagged, answered, forwarded }: FlagChange): Partial<MessageRow> => ({
  ...(seen !== undefined && { seen }),
  ...(flagged !== undefined && { flagged }),
  ...(answered !== undefined && { answered }),
  ...(forwarded !== undefined && { forwarded }),
});

/** For the lists of messages and the opened message. */
export const mailboxView = defineProjection<Handled, RowsOf>({
  name: 'mailbox-view',
  version: VERSION,
  tables: mailboxTables,
  on: {
    MessageReceived: take('received'),
    SentMessageFound: take('sent'),
    DraftFound: take('draft'),
    MessageQueued: (rows, fact) => {
      rows.messages.put(queuedRow(fact));
      putOutgoing(rows, fact);
    },
    ...holdHandlers,
    ...outgoingHandlers<TablesOf>(({ messages }, messageId, isInOutbox, isCancelled = false) =>
      messages.update({ id: messageId }, { isInOutbox, isCancelled }),
    ),
    MessageAlsoReceived: (rows, { data }) =>
      placed(rows, data, { isReceived: true, senderKey: data.senderKey, ...inInbox(data), ...shown(data) }),
    MessagePlaced: (rows, { data }) =>
      placed(rows, { ...data, deleted: false }, { ...turnedBy(data.box), ...inInbox(data) }),
    MessagesPlaced: (rows, { data: { accountId, folderId, uidValidity, box, places } }) => {
      for (const { messageId, uid, deleted, ...flags } of places)
        placed(
          rows,
          { folderId, uidValidity, uid, messageId, deleted },
          // A copy of mail to oneself in Sent is read; the one in the inbox is not.
          { ...(box !== 'sent' && shown(flags)), ...turnedBy(box), ...inInbox({ accountId, folderId }) },
        );
    },
    FlagsChanged: (rows, { data: { folderId, uidValidity, changes } }) => {
      for (const { set, messages } of changes)
        for (const { messageId, uid } of messages) {
          rows.messages.update({ id: messageId }, shown(set));
          if (set.deleted !== undefined) rows.places.update({ folderId, uidValidity, uid }, { deleted: set.deleted });
        }
    },
    PlacesLeft: (rows, { data: { folderId, uidValidity, places } }) => {
      if (places === 'all') rows.places.removeWhere({ folderId, uidValidity });
      else left(rows, { folderId, uidValidity }, places);
    },
    MessagesMarked: (rows, { data: { messageIds, set } }) => updateAll(rows, messageIds, shown(set)),
    MessagesMoved: (rows, { data: { messageIds, folderId } }) =>
      updateAll(rows, messageIds, { wishedFolderId: folderId }),
    MessagesDeleted: (rows, { data: { messageIds }, metadata }) =>
      updateAll(rows, messageIds, { deletedAt: new Date(metadata.at) }),
    MessagesRestored: (rows, { data: { messageIds } }) => updateAll(rows, messageIds, { deletedAt: null }),
    WishesSettled: (rows, { data: { marked, moved, unmoved, removed, refused } }) => {
      // Again: a look may have recorded the flags of the server after the wish.
      for (const { set, messages } of marked)
        updateAll(
          rows,
          messages.map(({ messageId }) => messageId),
          shown(set),
        );
      for (const { from, to, messages } of moved)
        for (const { messageId, uid, toUid, deleted } of messages) {
          rows.messages.update({ id: messageId }, { folderId: to.folderId, wishedFolderId: null });
          left(rows, from, [{ messageId, uid }]);
          if (toUid !== null) rows.places.put({ ...to, uid: toUid, messageId, deleted });
        }
      for (const { folderId, uidValidity, messages } of removed) left(rows, { folderId, uidValidity }, messages);
      updateAll(rows, unmoved, { wishedFolderId: null });
      for (const { messageIds, set } of refused)
        updateAll(rows, messageIds, set ? shown(set) : { wishedFolderId: null });
    },
    CopyKept: (rows, { data: { messageId, place } }) => {
      rows.outgoing.update({ messageId }, { copy: 'kept' });
      if (place) placed(rows, { ...place, messageId, deleted: false }, {});
    },
    ConversationJoined: ({ joined }, { data: { accountId, conversationId, into } }) => {
      joined.updateWhere({ root: conversationId }, { root: into });
      joined.put({ threadId: conversationId, accountId, root: into });
    },
    MessageErased: gone,
    MessageDestroyed: gone,
    FolderFound: (
      { folders },
      { data: { folderId: id, accountId, path, name, parentId, role, selectable, ...data } },
    ) => {
      const row = { path, name, parentId, role, selectable, fetched: data.fetched, onServer: true };
      if (data.again) folders.update({ id }, row);
      else folders.put({ id, accountId, ...row, syncedAt: null });
    },
    FolderRenamed: ({ folders }, { data: { folderId, path, name, parentId } }) =>
      folders.update({ id: folderId }, { path, name, parentId }),
    FolderGone: ({ folders }, { data: { folderId } }) => folders.update({ id: folderId }, { onServer: false }),
    FolderForgotten: ({ folders }, { data: { folderId } }) => folders.remove({ id: folderId }),
    FolderChosen: ({ folders }, { data: { folderId, fetched } }) => folders.update({ id: folderId }, { fetched }),
    FolderRoleSet: ({ folders }, { data: { folderId, role, fetched } }) =>
      folders.update({ id: folderId }, { role, fetched }),
    FolderRoleChanged: ({ folders }, { data }) =>
      folders.update({ id: data.folderId }, { role: data.to, fetched: data.fetched }),
    FolderCompared: ({ folders }, { data: { folderId }, metadata }) =>
      folders.update({ id: folderId }, { syncedAt: new Date(metadata.at) }),
    // Messages of a fetch still in flight are hidden by `notRemoved`.
    AccountRemoved: ({ messages, joined, folders, accounts, outgoing, recipients }, { data: { accountId } }) => {
      outgoing.removeWhere({ accountId });
      recipients.removeWhere({ accountId });
      messages.removeWhere({ accountId });
      joined.removeWhere({ accountId });
      folders.removeWhere({ accountId });
      accounts.remove({ id: accountId });
    },
    AccountAdded: ({ accounts }, { data }) => accounts.put({ id: data.accountId, sendOnly: data.settings.sendOnly }),
    SendOnlyChanged: ({ accounts }, { data }) => accounts.update({ id: data.accountId }, { sendOnly: data.to }),
    ContactCreated: ({ contacts }, { data: { addressKey, contactId } }) => {
      if (addressKey !== null) contacts.put({ addressKey, contactId });
    },
    ContactEmailAdded: ({ contacts }, { data: { addressKey, contactId } }) => contacts.put({ addressKey, contactId }),
    ContactEmailRemoved: ({ contacts }, { data: { addressKey } }) => contacts.remove({ addressKey }),
    ContactErased: ({ contacts }, { data: { contactId } }) => contacts.removeWhere({ contactId }),
    TaskCreated: ({ tasks }, { data: { messageId, taskId } }) => {
      if (messageId !== null) tasks.put({ messageId, taskId });
    },
  },
});

function messageRow({ data, ...fact }: Recorded<Fact<string, MessageContent>>, box: Box): MessageRow {
  const { messageId, accountId, threadId, folderId, size, hash, parsed, senderKey } = data;
  const { seen, flagged, answered, forwarded } = data;
  const { header, from, to, cc, replyTo, subject, date, preview, attachments } = data;
  return {
    id: messageId,
    accountId,
    threadId,
    folderId,
    wishedFolderId: null,
    deletedAt: null,
    position: fact.position,
    receivedAt: receivedAtOf({ data, ...fact }),
    isInInbox: folderId === inboxIdOf(accountId),
    isSent: box === 'sent',
    isReceived: box === 'received',
    isInOutbox: false,
    isCancelled: false,
    seen,
    flagged,
    answered,
    forwarded,
    size,
    hash,
    parsed,
    senderKey,
    content: { header, from, to, cc, replyTo, subject, date, preview, attachments },
  };
}

/** In Sent at once, before a server has taken the message. */
const queuedRow = ({ data, ...fact }: Recorded<Fact<string, QueuedMessage>>): MessageRow => ({
  ...messageRow({ data: { ...data, ...NO_FLAGS, ...NO_PLACE, seen: true, arrival: 'new' }, ...fact }, 'sent'),
  folderId: null,
  isInOutbox: true,
});
const NO_PLACE = { folderId: '', uidValidity: '', uid: 0 };
