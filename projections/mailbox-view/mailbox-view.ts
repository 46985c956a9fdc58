import type { AccountEvent } from '../../src/accounts/account.events.js';
import type { ContactEvent } from '../../src/contacts/contact.events.js';
import type { DraftEvent } from '../../src/drafts/draft.events.js';
import type { FolderEvent } from '../../src/mailboxes/folders/folder.events.js';
import { type FetchEvent, inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import type { ConversationEvent } from '../../src/messages/conversation.events.js';
import type { PlacedMessage, PlacesEvent, Shelf } from '../../src/mailboxes/places.events.js';
import { type FlagChange, type MarkedFlags, NO_FLAGS } from '../../src/messages/flags.events.js';
import type { Box, MessageContent, MessageEvent } from '../../src/messages/message.events.js';
import type { QueuedMessage } from '../../src/messages/sending.events.js';
import type { Fact } from '../../src/platform/domain.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Rows } from '../../src/platform/read-models/projection.js';
import type { HoldEvent } from '../../src/sending/hold/hold.events.js';
import type { TaskEvent } from '../../src/tasks/task.events.js';
import type { WishEvent } from '../../src/mailboxes/wishes/wish.events.js';
import { type MailboxRows, mailboxTables, type MessageRow, type PlaceRow, VERSION } from './mailbox-tables.js';
import { draftHandlers } from './draft-message-rows.js';
import { holdHandlers, outgoingHandlers, putOutgoing } from './outgoing-rows.js';
import { receivedAtOf } from './received-at.js';

type Handled =
  | MessageEvent
  | HoldEvent
  | DraftEvent
  | PlacesEvent
  | WishEvent
  | ConversationEvent
  | FolderEvent
  | FetchEvent
  | AccountEvent
  | ContactEvent
  | TaskEvent;
type TablesOf = { [T in keyof MailboxRows]: Rows<MailboxRows[T]> };
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

function settled(
  rows: Mail,
  { marked, moved, unmoved, removed, refused, again = [] }: Extract<WishEvent, { type: 'WishesSettled' }>['data'],
): void {
  const wished = new Map(again.flatMap(({ messageIds, what }) => messageIds.map((id) => [id, new Set<string>(what)])));
  const mark = (id: string, set: MarkedFlags): void => {
    const still = Object.entries(set).filter(([flag]) => !wished.get(id)?.has(flag));
    rows.messages.update({ id }, shown(Object.fromEntries(still)));
  };
  const arrived = (id: string): Partial<MessageRow> => (wished.get(id)?.has('folder') ? {} : { wishedFolderId: null });
  // Again: a look may have recorded the flags of the server after the wish.
  for (const { set, messages } of marked) for (const { messageId } of messages) mark(messageId, set);
  for (const { from, to, messages } of moved)
    for (const { messageId, uid, toUid, deleted } of messages) {
      rows.messages.update({ id: messageId }, { folderId: to.folderId, ...arrived(messageId) });
      left(rows, from, [{ messageId, uid }]);
      if (toUid !== null) rows.places.put({ ...to, uid: toUid, messageId, deleted });
    }
  for (const { folderId, uidValidity, messages } of removed) left(rows, { folderId, uidValidity }, messages);
  for (const id of unmoved) rows.messages.update({ id }, arrived(id));
  for (const { messageIds, set } of refused)
    for (const id of messageIds) {
      if (set) mark(id, set);
      else rows.messages.update({ id }, arrived(id));
    }
}

/** For the lists of messages and the opened message. */
export const mailboxView = defineProjection<Handled, MailboxRows>({
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
    ...draftHandlers<TablesOf>(),
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
    WishesSettled: (rows, { data }) => settled(rows, data),
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
    isDraftHere: false,
    begunBy: null,
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
