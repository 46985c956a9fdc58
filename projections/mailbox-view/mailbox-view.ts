import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { ContactEvent } from '../../src/contacts/contact.events.js';
import { type FolderEvent, type FolderRole, inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import type { ConversationEvent } from '../../src/messages/conversation.events.js';
import type { Box, MessageContent, MessageEvent, PersonalContent } from '../../src/messages/message.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { TaskEvent } from '../../src/tasks/task.events.js';
import { count, flag, id, orNull, reference, text, time } from '../../src/platform/read-models/columns.js';
import { receivedAtOf } from './received-at.js';

/**
 * The table generates the column `box`: a message in the inbox is `received`; elsewhere `sent` wins over `received`,
 * and `received` over `draft`.
 */
export interface MessageRow {
  id: string;
  accountId: string;
  /** first guess of the conversation, which may have joined another one */
  threadId: string;
  firstFolderId: string;
  /** folder in which the message was found last */
  folderId: string;
  receivedAt: Date;
  isInInbox: boolean;
  isSent: boolean;
  isReceived: boolean;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  size: number;
  hash: string;
  parsed: boolean;
  senderKey: string | null;
  /** all fields are null once the message is erased */
  content: Omit<PersonalContent, 'inReplyTo' | 'references'>;
}

/** A further folder of a message, or the first folder again. A trigger of the table sets the column `receivedAt`. */
interface PlaceRow {
  folderId: string;
  messageId: string;
}

/** A conversation that belongs to another one. */
interface JoinedRow {
  threadId: string;
  accountId: string;
  root: string;
}

interface FolderRow {
  id: string;
  accountId: string;
  path: string;
  role: FolderRole;
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

const VERSION = 4;

const messages = table<MessageRow>('mail_messages', VERSION, {
  columns: {
    id,
    accountId: reference,
    threadId: reference,
    firstFolderId: reference,
    folderId: reference,
    receivedAt: time,
    isInInbox: flag,
    isSent: flag,
    isReceived: flag,
    seen: flag,
    flagged: flag,
    answered: flag,
    size: count,
    hash: text,
    parsed: flag,
    senderKey: orNull(reference),
    content: { type: 'json' },
  },
  indices: [{ columns: ['threadId', 'receivedAt', 'id'] }, { columns: ['firstFolderId', 'receivedAt', 'id'] }],
  also: [
    `alter table % add column box text collate "C" generated always as
       (case when "isInInbox" then 'received' when "isSent" then 'sent' when "isReceived" then 'received' else 'draft' end) stored`,
    'create index on % ("accountId", box, "receivedAt", id)',
    'create index on % ("accountId", box, "receivedAt", id) where not seen',
    'create index on % ("firstFolderId", "receivedAt", id) where not seen',
    'create index on % (box, "receivedAt", id)',
  ],
});

/** In `public` also for a rebuild: the function outlives the rebuild's schema, and finds messages by search path. */
const TAKE_TIME = `public.mail_places_${VERSION}_take_time`;

/** Each row holds the time of its message, so that a page of a folder is one range of the index. */
const places = table<PlaceRow>('mail_places', VERSION, {
  columns: { folderId: id, messageId: id },
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
  columns: { id, accountId: reference, path: text, role: orNull(text) },
  indices: [{ columns: ['accountId'] }],
});
const accounts = table<AccountRow>('mail_accounts', VERSION, {
  columns: { id, sendOnly: flag },
  also: ['create index on % (id) where "sendOnly"'],
});
const contacts = table<ContactRow>('mail_contacts', VERSION, { columns: { addressKey: id, contactId: reference } });
const tasks = table<TaskRow>('mail_tasks', VERSION, { columns: { messageId: id, taskId: reference } });

export const mailboxTables = { messages, places, joined, folders, accounts, contacts, tasks };

type Handled = MessageEvent | ConversationEvent | FolderEvent | AccountEvent | ContactEvent | TaskEvent;
type RowsOf = {
  messages: MessageRow;
  places: PlaceRow;
  joined: JoinedRow;
  folders: FolderRow;
  accounts: AccountRow;
  contacts: ContactRow;
  tasks: TaskRow;
};

const take =
  (box: Box) =>
  ({ messages }: { messages: Rows<MessageRow> }, fact: Recorded<Fact<string, MessageContent>>): void =>
    messages.put(messageRow(fact.data, box, receivedAtOf(fact)));

const inInbox = ({ accountId, folderId }: { accountId: string; folderId: string }): Partial<MessageRow> =>
  folderId === inboxIdOf(accountId) ? { isInInbox: true } : {};

/** Tables are written in the order of their first change: messages first, because the trigger of places reads them. */
function placed(
  { messages, places }: { messages: Rows<MessageRow>; places: Rows<PlaceRow> },
  { messageId, folderId }: PlaceRow,
  change: Partial<MessageRow>,
): void {
  messages.update({ id: messageId }, { folderId, ...change });
  places.put({ folderId, messageId });
}

function gone(
  { messages, places, tasks }: { messages: Rows<MessageRow>; places: Rows<PlaceRow>; tasks: Rows<TaskRow> },
  { data: { messageId } }: { data: { messageId: string } },
): void {
  messages.remove({ id: messageId });
  places.removeWhere({ messageId });
  tasks.remove({ messageId });
}

/** For the lists of messages and the opened message. */
export const mailboxView = defineProjection<Handled, RowsOf>({
  name: 'mailbox-view',
  version: VERSION,
  tables: mailboxTables,
  on: {
    MessageReceived: take('received'),
    SentMessageFound: take('sent'),
    DraftFound: take('draft'),
    MessageAlsoReceived: (rows, { data: { messageId, accountId, folderId, senderKey } }) =>
      placed(rows, { messageId, folderId }, { isReceived: true, senderKey, ...inInbox({ accountId, folderId }) }),
    MessagePlaced: (rows, { data: { messageId, accountId, folderId, box } }) => {
      const turns = box === 'sent' ? { isSent: true } : box === 'received' ? { isReceived: true } : {};
      placed(rows, { messageId, folderId }, { ...turns, ...inInbox({ accountId, folderId }) });
    },
    ConversationJoined: ({ joined }, { data: { accountId, conversationId, into } }) => {
      joined.updateWhere({ root: conversationId }, { root: into });
      joined.put({ threadId: conversationId, accountId, root: into });
    },
    MessageErased: gone,
    MessageDestroyed: gone,
    FolderFound: ({ folders }, { data: { folderId, accountId, path, role } }) =>
      folders.put({ id: folderId, accountId, path, role }),
    FolderRoleChanged: ({ folders }, { data }) => folders.update({ id: data.folderId }, { role: data.to }),
    // Messages of a fetch still in flight are hidden by `notRemoved`.
    AccountRemoved: ({ messages, joined, folders, accounts }, { data: { accountId } }) => {
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

function messageRow(data: MessageContent, box: Box, receivedAt: Date): MessageRow {
  const { messageId: id, accountId, threadId, folderId, seen, flagged, answered, size, hash, parsed, senderKey } = data;
  const { header, from, to, cc, replyTo, subject, date, preview, attachments } = data;
  const content = { header, from, to, cc, replyTo, subject, date, preview, attachments };
  const [isSent, isReceived] = [box === 'sent', box === 'received'];
  const isInInbox = folderId === inboxIdOf(accountId);
  const place = { accountId, threadId, firstFolderId: folderId, folderId, receivedAt };
  return {
    id,
    ...place,
    isInInbox,
    isSent,
    isReceived,
    seen,
    flagged,
    answered,
    size,
    hash,
    parsed,
    senderKey,
    content,
  };
}
