import { accountAdded, accountRemoved, sendOnlyChanged } from '../../test/examples/account-facts.js';
import {
  contactCreated,
  contactEmailAdded,
  contactEmailRemoved,
  contactErased,
  taskCreated,
} from '../../test/examples/crm-facts.js';
import {
  draftBegun,
  draftDiscarded,
  draftGone,
  draftSaved,
  draftSent,
  draftTaken,
} from '../../test/examples/draft-facts.js';
import {
  folderChosen,
  folderCompared,
  folderFound,
  folderForgotten,
  folderGone,
  folderRenamed,
  folderRoleChanged,
  folderRoleSet,
} from '../../test/examples/mailbox-facts.js';
import { outboxHeld, outboxReleased } from '../../test/examples/hold-facts.js';
import {
  conversationJoined,
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messagePlaced,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import {
  flagsChanged,
  messagesDeleted,
  messagesMarked,
  messagesMoved,
  messagesPlaced,
  messagesRestored,
  placesLeft,
  wishesSettled,
} from '../../test/examples/places-facts.js';
import {
  copyFailed,
  copyKept,
  deliveryDelayed,
  deliveryFailed,
  messageQueued,
  recipientsAccepted,
  recipientsDeferred,
  recipientsRefused,
  sendBegan,
  sendCancelled,
  sendConfirmed,
  sendHeld,
  sendResolved,
  sendUnknown,
} from '../../test/examples/sending-facts.js';
import { erased } from '../../test/examples/erased.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import { NO_FLAGS } from '../../src/messages/flags.events.js';
import { mailboxView } from './mailbox-view.js';

const inbox = inboxIdOf('info');
const receivedAt = new Date('2026-01-30T09:00:00.000Z');
const inAllMail = messagePlaced({ messageId: 'message-4' });
const inSent = messagePlaced({ messageId: 'message-4', folderId: 'sent', box: 'sent' });

everyFactHasACase(mailboxView, {
  MessageQueued: {
    given: [messageQueued()],
    rows: {
      messages: [{ id: 'message-9', box: 'sent', folderId: null, seen: true, isInOutbox: true, isCancelled: false }],
      outgoing: [{ messageId: 'message-9', createdBy: 'anna', attempts: 0, copy: 'none', held: null }],
      recipients: [
        { n: 0, address: 'dora@customer.example', state: 'waiting' },
        { n: 1, address: 'erik@partner.example', state: 'waiting' },
      ],
    },
  },
  SendBegan: {
    given: [messageQueued(), sendHeld(), sendBegan()],
    rows: { outgoing: [{ attempts: 1, isRunning: true, held: null, nextTryAt: null }] },
  },
  RecipientsAccepted: {
    given: [messageQueued(), sendBegan(), recipientsAccepted({ recipients: [0, 1], open: 0 })],
    rows: {
      messages: [{ id: 'message-9', isInOutbox: false }],
      outgoing: [{ isRunning: false, copy: 'pending' }],
      recipients: [{ state: 'accepted', reply: recipientsAccepted().data.reply }, { state: 'accepted' }],
    },
  },
  RecipientsDeferred: {
    given: [messageQueued(), sendBegan(), recipientsAccepted(), recipientsDeferred()],
    rows: {
      messages: [{ id: 'message-9', isInOutbox: true }],
      outgoing: [{ isRunning: false, nextTryAt: new Date(recipientsDeferred().data.until) }],
      recipients: [{ state: 'accepted' }, { state: 'deferred', reply: recipientsDeferred().data.reply }],
    },
  },
  RecipientsRefused: {
    given: [messageQueued(), sendBegan(), recipientsAccepted(), recipientsRefused()],
    rows: {
      messages: [{ id: 'message-9', box: 'sent', isInOutbox: false }],
      recipients: [{ state: 'accepted' }, { state: 'refused' }],
    },
  },
  SendUnknown: {
    given: [messageQueued(), sendBegan(), recipientsAccepted({ open: 1 }), sendUnknown()],
    rows: {
      messages: [{ isInOutbox: true }],
      outgoing: [{ isRunning: false, reason: 'no-reply' }],
      recipients: [{ state: 'accepted' }, { state: 'unknown' }],
    },
  },
  SendResolved: {
    given: [messageQueued(), sendBegan(), sendUnknown(), sendResolved({ by: 'copy-found' })],
    rows: {
      messages: [{ isInOutbox: false }],
      outgoing: [{ copy: 'kept', reason: null }],
      recipients: [{ state: 'accepted' }, { state: 'accepted' }],
    },
  },
  SendHeld: {
    given: [messageQueued(), sendHeld()],
    rows: { messages: [{ isInOutbox: true }], outgoing: [{ held: 'overdue', nextTryAt: null }] },
  },
  OutboxHeld: {
    given: [messageQueued(), outboxHeld()],
    rows: {
      holds: [{ stream: 'outbox', why: 'folder-copied' }],
      outgoing: [{ messageId: 'message-9', isOutboxHeld: true, held: null }],
    },
  },
  OutboxReleased: {
    given: [messageQueued(), outboxHeld(), outboxReleased()],
    rows: { holds: [], outgoing: [{ isOutboxHeld: false }] },
  },
  SendConfirmed: {
    given: [messageQueued(), sendHeld(), sendConfirmed()],
    rows: { outgoing: [{ held: null, nextTryAt: new Date(atOf(2)) }] },
  },
  SendCancelled: {
    given: [messageQueued(), sendCancelled()],
    rows: { messages: [{ box: 'cancelled', isInOutbox: false }], outgoing: [{ cancelled: 'person' }] },
  },
  CopyKept: {
    given: [messageQueued(), recipientsAccepted(), copyKept()],
    rows: {
      messages: [{ id: 'message-9', folderId: 'sent' }],
      outgoing: [{ copy: 'kept' }],
      places: [{ folderId: 'sent', uid: '12', messageId: 'message-9', deleted: false }],
    },
  },
  CopyFailed: {
    given: [messageQueued(), recipientsAccepted(), copyFailed()],
    rows: { outgoing: [{ copy: 'failed' }] },
  },
  DeliveryFailed: {
    given: [messageQueued(), recipientsAccepted(), deliveryFailed()],
    rows: { recipients: [{ state: 'bounced', reply: deliveryFailed().data.diagnostic }, { state: 'waiting' }] },
  },
  DeliveryDelayed: {
    given: [messageQueued(), recipientsAccepted(), deliveryDelayed()],
    rows: { recipients: [{ state: 'accepted', reply: 'no answer yet' }, {}] },
  },
  AccountRemoved: {
    given: [
      folderFound({ folderId: 'sales-inbox', accountId: 'sales' }),
      folderFound(),
      messageReceived(),
      messageReceived({ messageId: 'message-8', accountId: 'sales', folderId: 'sales-inbox' }),
      conversationJoined(),
      conversationJoined({ accountId: 'sales', conversationId: 'thread-8' }),
      accountRemoved(),
    ],
    rows: {
      messages: [{ id: 'message-8' }],
      folders: [{ id: 'sales-inbox' }],
      joined: [{ threadId: 'thread-8', accountId: 'sales' }],
    },
  },
  MessageReceived: {
    given: [
      messageReceived({ ...erased, messageId: 'message-5', receivedAt: '+012345-01-01T00:00:00.000Z' }),
      messageReceived(),
    ],
    rows: {
      messages: [
        {
          id: 'message-1',
          accountId: 'info',
          box: 'received',
          threadId: 'thread-1',
          folderId: 'inbox',
          receivedAt,
          seen: false,
          flagged: false,
          answered: false,
          forwarded: false,
          deletedAt: null,
          wishedFolderId: null,
          position: positionOf(1),
          size: 2048,
          parsed: true,
          senderKey: 'key-of-dora',
          content: { subject: 'Order 7', from: { name: 'Dora Diaz', address: 'dora@customer.example' } },
        },
        {
          id: 'message-5',
          receivedAt: new Date(atOf(0)),
          content: { subject: null, from: null, to: null, attachments: null },
        },
      ],
    },
  },
  SentMessageFound: {
    given: [sentMessageFound()],
    rows: { messages: [{ id: 'message-2', box: 'sent', folderId: 'sent', seen: true }] },
  },
  DraftFound: {
    given: [draftFound()],
    rows: { messages: [{ id: 'message-3', box: 'draft', folderId: 'drafts' }] },
  },
  DraftBegun: {
    given: [draftBegun()],
    rows: {
      messages: [
        {
          id: 'draft-1',
          accountId: 'info',
          box: 'draft',
          threadId: 'thread-1',
          isDraftHere: true,
          begunBy: 'ben',
          receivedAt: new Date(atOf(0)),
        },
      ],
    },
  },
  DraftSaved: {
    given: [draftBegun(), draftSaved()],
    rows: { messages: [{ id: 'draft-1', receivedAt: new Date(atOf(1)) }] },
  },
  DraftTaken: {
    given: [draftFound(), draftTaken()],
    rows: { messages: [{ id: 'draft-1', box: 'draft', isDraftHere: true }] },
  },
  DraftSent: {
    given: [draftBegun(), draftBegun({ draftId: 'draft-2' }), draftSent()],
    rows: { messages: [{ id: 'draft-2' }] },
  },
  DraftDiscarded: { given: [draftBegun(), draftDiscarded()], rows: { messages: [] } },
  DraftGone: { given: [draftBegun(), draftGone()], rows: { messages: [] } },
  MessagePlaced: {
    given: [
      messageReceived({ messageId: 'message-4' }),
      draftFound({ messageId: 'message-6', uid: 6 }),
      draftFound({ messageId: 'message-7', uid: 7 }),
      inSent,
      messagePlaced({ messageId: 'message-6', folderId: 'inbox', box: 'received' }),
      messagePlaced({ messageId: 'message-6', folderId: 'drafts', box: 'draft', uid: 8 }),
      inAllMail,
    ],
    rows: {
      messages: [
        { id: 'message-4', box: 'sent', folderId: 'all-mail' },
        { id: 'message-6', box: 'received', folderId: 'drafts' },
        { id: 'message-7', box: 'draft' },
      ],
      places: [
        { folderId: 'all-mail', messageId: 'message-4', receivedAt },
        { folderId: 'drafts', messageId: 'message-6', receivedAt },
        { folderId: 'drafts', messageId: 'message-6', receivedAt },
        { folderId: 'drafts', messageId: 'message-7', receivedAt },
        { folderId: 'inbox', messageId: 'message-6', receivedAt },
        { folderId: 'inbox', messageId: 'message-4', receivedAt },
        { folderId: 'sent', messageId: 'message-4', receivedAt },
      ],
    },
  },
  MessageAlsoReceived: {
    given: [
      messageReceived({ messageId: 'message-4', folderId: inbox }),
      inSent,
      sentMessageFound(),
      draftFound({ uid: 3 }),
      messagePlaced({ messageId: 'message-3', folderId: inbox }),
      messagePlaced({ messageId: 'message-3', folderId: 'sent', box: 'sent' }),
      messageAlsoReceived({ folderId: inbox }),
    ],
    rows: {
      messages: [
        { id: 'message-2', box: 'received', folderId: inbox, senderKey: 'key-of-dora' },
        { id: 'message-3', box: 'received' },
        { id: 'message-4', box: 'received' },
      ],
    },
  },
  ConversationJoined: {
    given: [
      conversationJoined({ conversationId: 'thread-9', accountId: 'sales' }),
      conversationJoined({ conversationId: 'thread-3', into: 'thread-2' }),
      conversationJoined(),
    ],
    rows: {
      joined: [
        { threadId: 'thread-2', accountId: 'info', root: 'thread-1' },
        { threadId: 'thread-3', root: 'thread-1' },
        { threadId: 'thread-9', accountId: 'sales', root: 'thread-1' },
      ],
    },
  },
  FolderFound: {
    given: [
      folderFound(),
      folderFound({ folderId: 'shared', path: 'Shared', name: 'Shared' }),
      folderCompared({ folderId: 'shared' }),
      folderGone({ folderId: 'shared' }),
      folderFound({ folderId: 'shared', path: 'Shared', parentId: 'inbox', selectable: false, again: true }),
    ],
    rows: {
      folders: [
        {
          ...{ id: 'inbox', accountId: 'info', path: 'INBOX', name: 'INBOX', parentId: null, role: 'inbox' },
          ...{ selectable: true, fetched: true, onServer: true, syncedAt: null },
        },
        { id: 'shared', parentId: 'inbox', selectable: false, onServer: true, syncedAt: new Date(atOf(2)) },
      ],
    },
  },
  FolderRoleChanged: {
    given: [folderFound(), folderRoleChanged({ to: null })],
    rows: { folders: [{ id: 'inbox', path: 'INBOX', role: null, fetched: false }] },
  },
  FolderRenamed: {
    given: [folderFound(), folderRenamed()],
    rows: { folders: [{ id: 'inbox', path: 'Projects/Old', name: 'Old', parentId: 'projects', role: 'inbox' }] },
  },
  FolderGone: { given: [folderFound(), folderGone()], rows: { folders: [{ path: 'INBOX', onServer: false }] } },
  FolderForgotten: { given: [folderFound(), folderGone(), folderForgotten()], rows: { folders: [] } },
  FolderChosen: { given: [folderFound(), folderChosen()], rows: { folders: [{ fetched: false }] } },
  FolderRoleSet: { given: [folderFound(), folderRoleSet()], rows: { folders: [{ role: 'archive' }] } },
  FolderCompared: {
    given: [folderFound(), folderCompared()],
    rows: { folders: [{ id: 'inbox', syncedAt: new Date(atOf(1)) }] },
  },
  AccountAdded: { given: [accountAdded()], rows: { accounts: [{ id: 'info', sendOnly: false }] } },
  SendOnlyChanged: { given: [accountAdded(), sendOnlyChanged()], rows: { accounts: [{ id: 'info', sendOnly: true }] } },
  ContactCreated: {
    given: [contactCreated({ name: null, emails: null })],
    rows: { contacts: [{ addressKey: 'key-of-dora', contactId: 'dora' }] },
  },
  ContactEmailAdded: {
    given: [contactCreated({ addressKey: null, emails: [] }), contactEmailAdded()],
    rows: { contacts: [{ addressKey: 'second-key-of-dora', contactId: 'dora' }] },
  },
  ContactEmailRemoved: {
    given: [contactCreated(), contactEmailRemoved()],
    rows: { contacts: [] },
  },
  ContactErased: {
    given: [contactCreated({ contactId: 'emil', addressKey: 'key-of-emil' }), contactCreated(), contactErased()],
    rows: { contacts: [{ addressKey: 'key-of-emil', contactId: 'emil' }] },
  },
  TaskCreated: {
    given: [taskCreated({ taskId: 'by-hand', messageId: null }), taskCreated({ title: null })],
    rows: { tasks: [{ messageId: 'message-1', taskId: 'task-1' }] },
  },
  MessageErased: {
    given: [messageReceived(), messagePlaced(), draftFound(), taskCreated(), messageErased()],
    rows: { messages: [{ id: 'message-3' }], places: [{ messageId: 'message-3' }], tasks: [] },
  },
  MessagesPlaced: {
    given: [
      messageReceived(),
      placesLeft(),
      messageReceived({ messageId: 'message-4', uid: 4 }),
      messagesPlaced({ places: [{ messageId: 'message-1', uid: 7, ...NO_FLAGS, flagged: true }] }),
      messagesPlaced({
        ...{ folderId: 'sent', box: 'sent' },
        places: [{ messageId: 'message-1', uid: 8, ...NO_FLAGS, seen: true }],
      }),
    ],
    rows: {
      messages: [{ id: 'message-1', box: 'sent', folderId: 'sent', flagged: true, seen: false }, { id: 'message-4' }],
      places: [
        { folderId: 'all-mail', uidValidity: '1600000000', uid: '7', messageId: 'message-1', receivedAt },
        { folderId: 'inbox', messageId: 'message-4', receivedAt },
        { folderId: 'sent', uid: '8', receivedAt },
      ],
    },
  },
  FlagsChanged: {
    given: [
      messageReceived(),
      flagsChanged(),
      flagsChanged({ changes: [{ set: { deleted: true }, messages: [{ messageId: 'message-1', uid: 1 }] }] }),
    ],
    rows: {
      messages: [{ id: 'message-1', seen: true, flagged: true, answered: false }],
      places: [{ messageId: 'message-1', deleted: true }],
    },
  },
  PlacesLeft: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4', uid: 4 }),
      messagesPlaced(),
      placesLeft({ folderId: 'all-mail', uidValidity: '1600000000', cause: 'uidvalidity', places: 'all' }),
      placesLeft(),
    ],
    rows: {
      messages: [{ id: 'message-1' }, { id: 'message-4' }],
      places: [{ messageId: 'message-4', receivedAt }],
    },
  },
  MessagesMarked: {
    given: [messageReceived(), messagesMarked(), messagesMarked({ set: { flagged: true } })],
    rows: { messages: [{ id: 'message-1', seen: true, flagged: true }] },
  },
  MessagesMoved: {
    given: [messageReceived(), messagesMoved()],
    rows: { messages: [{ id: 'message-1', folderId: 'inbox', wishedFolderId: 'archive' }] },
  },
  MessagesDeleted: {
    given: [messageReceived(), messagesDeleted()],
    rows: { messages: [{ id: 'message-1', box: 'trash', deletedAt: new Date(atOf(1)) }] },
  },
  MessagesRestored: {
    given: [messageReceived(), messagesDeleted(), messagesRestored()],
    rows: { messages: [{ id: 'message-1', box: 'received', deletedAt: null }] },
  },
  WishesSettled: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4', uid: 4 }),
      messageReceived({ messageId: 'message-5', uid: 5 }),
      messageReceived({ messageId: 'message-6', uid: 6, seen: true }),
      messageReceived({ messageId: 'message-7', uid: 7 }),
      messagesMoved({ messageIds: ['message-1', 'message-4', 'message-5'] }),
      messagesMoved({ messageIds: ['message-7'] }),
      wishesSettled({
        marked: [
          ...wishesSettled().data.marked,
          {
            folderId: 'inbox',
            uidValidity: '1700000000',
            set: { seen: true, flagged: true },
            messages: [{ messageId: 'message-7', uid: 7 }],
          },
        ],
        again: [{ messageIds: ['message-7'], what: ['folder', 'seen'] }],
        unmoved: ['message-4', 'message-7'],
        removed: [{ folderId: 'inbox', uidValidity: '1700000000', messages: [{ messageId: 'message-4', uid: 4 }] }],
        refused: [
          { messageIds: ['message-5'], reason: 'refused-by-server', by: 'user:ben' },
          { messageIds: ['message-6'], reason: 'refused-by-server', by: 'user:ben', set: { seen: false } },
        ],
      }),
    ],
    rows: {
      messages: [
        { id: 'message-1', folderId: 'archive', wishedFolderId: null, seen: true },
        { id: 'message-4', folderId: 'inbox', wishedFolderId: null },
        { id: 'message-5', wishedFolderId: null },
        { id: 'message-6', seen: false },
        { id: 'message-7', wishedFolderId: 'archive', seen: false, flagged: true },
      ],
      places: [
        { folderId: 'archive', uid: '9', messageId: 'message-1', receivedAt },
        { folderId: 'inbox', uid: '5' },
        { folderId: 'inbox', uid: '6' },
        { folderId: 'inbox', uid: '7' },
      ],
    },
  },
  MessageDestroyed: {
    given: [messageReceived(), messagePlaced(), draftFound(), taskCreated(), messageDestroyed()],
    rows: { messages: [{ id: 'message-3' }], places: [{ messageId: 'message-3' }], tasks: [] },
  },
});
