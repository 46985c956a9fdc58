import type { FolderRole } from '../../src/mailboxes/mailbox.events.js';
import type { Box, PersonalContent, Place } from '../../src/messages/message.events.js';
import { count, flag, id, inKey, orNull, reference, text, time } from '../../src/platform/read-models/columns.js';
import { table } from '../../src/platform/read-models/projection.js';
import { type HoldRow, type OutgoingRow, outgoingTables, type RecipientRow } from './outgoing-rows.js';

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
  /** A draft of this service: its content is no fact, and `ShownDrafts` has it. */
  isDraftHere: boolean;
  /** user that began the draft here; null: a service, or no such draft */
  begunBy: string | null;
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
export interface PlaceRow extends Place {
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

/** Of all tables of the mailbox view. */
export const VERSION = 8;

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
    isDraftHere: flag,
    begunBy: orNull(reference),
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

/** Rows of each table. */
export type MailboxRows = {
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
