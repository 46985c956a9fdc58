import { accessGranted, accessRevoked, accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import {
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { messageQueued } from '../../test/examples/sending-facts.js';
import { userRoleChanged } from '../../test/examples/people-facts.js';
import { messagesRead, messagesUnread, readUpTo } from '../../test/examples/reading-facts.js';
import { atOf, positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { reading } from './reading.js';

const receivedAt = new Date('2026-01-30T09:00:00.000Z');
const late = messageReceived({ messageId: 'message-9' });
const adasAccount = accountAdded({ owner: 'ada' });

everyFactHasACase(reading, {
  AccountAdded: {
    given: [adasAccount],
    rows: { readers: [{ accountId: 'info', userId: 'ada', since: positionOf(0), isActive: true, isOwner: true }] },
  },
  AccessGranted: {
    given: [adasAccount, messageReceived(), accessGranted({ userId: 'ada' }), late, accessGranted()],
    rows: {
      readers: [
        { userId: 'ada', since: positionOf(0), isOwner: true },
        { userId: 'ben', since: positionOf(4), isActive: true },
      ],
      unread: [
        { messageId: 'message-1', userId: 'ada' },
        { messageId: 'message-9', userId: 'ada' },
      ],
    },
  },
  AccessRevoked: {
    given: [
      adasAccount,
      accessGranted(),
      messageReceived(),
      messagesRead(),
      messageReceived({ messageId: 'message-4' }),
      accessRevoked({ userId: 'ada' }),
      accessRevoked(),
    ],
    rows: {
      readers: [
        { userId: 'ada', isActive: true },
        { userId: 'ben', isActive: false },
      ],
      marks: [{ messageId: 'message-1', userId: 'ben', isRead: true }],
      unread: [
        { messageId: 'message-1', userId: 'ada' },
        { messageId: 'message-4', userId: 'ada' },
      ],
    },
  },
  MessageReceived: {
    given: [
      accessGranted({ accountId: 'sales' }),
      messageReceived({ messageId: 'message-4' }),
      accessGranted(),
      accessGranted({ userId: 'emil' }),
      accessRevoked({ userId: 'emil' }),
      messageReceived({ messageId: 'message-5', seen: true, arrival: 'import' }),
      messageReceived({ messageId: 'message-6', seen: true, arrival: 'new' }),
      messageReceived(),
    ],
    rows: {
      messages: [
        { messageId: 'message-1', accountId: 'info', receivedAt, received: positionOf(7) },
        { messageId: 'message-4' },
        { messageId: 'message-5', received: null },
        { messageId: 'message-6' },
      ],
      unread: [
        { messageId: 'message-1', userId: 'ben', accountId: 'info', receivedAt, position: positionOf(7) },
        { messageId: 'message-6' },
      ],
    },
  },
  SentMessageFound: {
    given: [accessGranted(), sentMessageFound()],
    rows: { messages: [{ messageId: 'message-2', received: null }], unread: [] },
  },
  DraftFound: {
    given: [accessGranted(), draftFound()],
    rows: { messages: [{ messageId: 'message-3', received: null }], unread: [] },
  },
  MessageQueued: {
    given: [accessGranted(), messageQueued()],
    rows: { messages: [{ messageId: 'message-9', received: null }], unread: [] },
  },
  MessageAlsoReceived: {
    given: [
      accessGranted({ userId: 'emil' }),
      accessGranted(),
      sentMessageFound(),
      messagesRead({ userId: 'emil', messageIds: ['message-2'] }),
      messageAlsoReceived(),
    ],
    rows: { unread: [{ messageId: 'message-2', userId: 'ben', position: positionOf(4) }] },
  },
  MessagesRead: {
    given: [
      accessGranted(),
      accessGranted({ userId: 'emil' }),
      messageReceived(),
      late,
      messagesUnread(),
      messagesRead({ messageIds: ['message-1', 'message-7'] }),
    ],
    rows: {
      marks: [
        { messageId: 'message-1', userId: 'ben', accountId: 'info', isRead: true, at: new Date(atOf(5)) },
        { messageId: 'message-7', isRead: true },
      ],
      unread: [
        { messageId: 'message-1', userId: 'emil' },
        { messageId: 'message-9', userId: 'ben' },
        { messageId: 'message-9', userId: 'emil' },
      ],
    },
  },
  MessagesUnread: {
    given: [
      messageReceived(),
      accessGranted(),
      sentMessageFound(),
      messagesUnread({ messageIds: ['message-1', 'message-2', 'message-7'] }),
    ],
    rows: {
      marks: [
        { messageId: 'message-1', isRead: false },
        { messageId: 'message-2', isRead: false },
        { messageId: 'message-7', isRead: false },
      ],
      unread: [
        { messageId: 'message-1', userId: 'ben', receivedAt, position: positionOf(3) },
        { messageId: 'message-2', userId: 'ben' },
      ],
    },
  },
  ReadUpTo: {
    given: [
      messageReceived(),
      messagesUnread({ userId: 'ada' }),
      readUpTo({ userId: 'ada' }),
      late,
      accessGranted(),
      sentMessageFound(),
      messagesUnread({ messageIds: ['message-2'] }),
      readUpTo(),
    ],
    rows: {
      readers: [
        { userId: 'ada', since: positionOf(2), isActive: true, hasAccess: false },
        { userId: 'ben', since: positionOf(7) },
      ],
      unread: [{ messageId: 'message-9', userId: 'ada' }],
    },
  },
  UserRoleChanged: {
    given: [
      readUpTo({ userId: 'emil' }),
      accessGranted(),
      messageReceived(),
      userRoleChanged(),
      userRoleChanged({ userId: 'emil', from: 'administrator', to: 'user' }),
    ],
    rows: {
      readers: [
        { userId: 'ben', isActive: true },
        { userId: 'emil', isActive: false, since: positionOf(4) },
      ],
      unread: [{ messageId: 'message-1', userId: 'ben' }],
    },
  },
  MessageDestroyed: {
    given: [accessGranted(), messageReceived(), late, messagesUnread(), messageDestroyed()],
    rows: { messages: [{ messageId: 'message-9' }], marks: [], unread: [{ messageId: 'message-9' }] },
  },
  MessageErased: {
    given: [
      accessGranted(),
      accessGranted({ userId: 'emil' }),
      messageReceived(),
      late,
      messagesRead(),
      messageErased(),
    ],
    rows: {
      messages: [{ messageId: 'message-9' }],
      marks: [],
      unread: [
        { messageId: 'message-9', userId: 'ben' },
        { messageId: 'message-9', userId: 'emil' },
      ],
    },
  },
  AccountRemoved: {
    given: [
      accessGranted({ accountId: 'sales' }),
      messageReceived({ accountId: 'sales', messageId: 'message-8' }),
      messagesRead({ accountId: 'sales', messageIds: ['message-7'] }),
      accessGranted(),
      messageReceived(),
      messagesRead(),
      late,
      accountRemoved(),
    ],
    rows: {
      readers: [{ accountId: 'sales' }],
      messages: [{ messageId: 'message-8' }],
      marks: [{ messageId: 'message-7' }],
      unread: [{ messageId: 'message-8', userId: 'ben' }],
    },
  },
});
