import {
  flagsChanged,
  messagesDeleted,
  messagesMarked,
  messagesPlaced,
  messagesRestored,
  wishesSettled,
} from '../../test/examples/places-facts.js';
import { NO_FLAGS } from '../../src/messages/flags.events.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import {
  accessGranted,
  accessRevoked,
  accountAdded,
  accountRemoved,
  addressClaimDropped,
  passwordChanged,
  settings,
  signInGranted,
  signInRanOut,
} from '../../test/examples/account-facts.js';
import { settingExamples } from '../../test/examples/setting-examples.js';
import { connectionFailed, fetchFinished, loginAccepted } from '../../test/examples/mailbox-facts.js';
import {
  draftFound,
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messagePlaced,
  messageReceived,
  sentMessageFound,
} from '../../test/examples/message-facts.js';
import { messageQueued } from '../../test/examples/sending-facts.js';
import { inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import { userAdded, userRenamed } from '../../test/examples/people-facts.js';
import { told } from '../../test/examples/recorded.js';
import { accounts } from './accounts.js';

const at = '2026-02-01T08:00:00.000Z';

const everySetting = Object.fromEntries(
  settingExamples.map(({ setting, fact }) => [
    fact.type,
    { given: [accountAdded(), fact], rows: { accounts: [{ [setting]: fact.data.to, revision: 1 }] } },
  ]),
);

everyFactHasACase(accounts, {
  AccountAdded: {
    given: [told(accountAdded({ owner: 'ben' }), { at })],
    rows: {
      accounts: [
        {
          ...settings(),
          id: 'info',
          owner: 'ben',
          status: 'unverified',
          failure: null,
          addedAt: new Date(at),
          revision: 0,
        },
      ],
    },
  },
  PasswordChanged: {
    given: [accountAdded(), loginAccepted(), passwordChanged()],
    rows: { accounts: [{ status: 'connected', signIn: 'password', signInNeeded: null, revision: 1 }] },
  },
  SignInGranted: {
    given: [accountAdded({ passwordVersion: 0, signIn: 'google' }), signInGranted()],
    rows: { accounts: [{ status: 'unverified', signIn: 'google', signInNeeded: null, revision: 1 }] },
  },
  SignInRanOut: {
    given: [accountAdded(), signInGranted({ from: 'password' }), loginAccepted(), signInRanOut()],
    rows: { accounts: [{ status: 'connected', signIn: 'google', signInNeeded: 'again', revision: 2 }] },
  },
  ...everySetting,
  AddressClaimDropped: { given: [accountAdded(), addressClaimDropped()], rows: { accounts: [{ revision: 1 }] } },
  AccessGranted: {
    given: [accountAdded(), accessGranted()],
    rows: { accounts: [{ revision: 1 }], grants: [{ accountId: 'info', userId: 'ben' }] },
  },
  AccessRevoked: {
    given: [accountAdded(), accessGranted(), accessGranted({ userId: 'cleo' }), accessRevoked()],
    rows: { accounts: [{ revision: 3 }], grants: [{ accountId: 'info', userId: 'cleo' }] },
  },
  AccountRemoved: {
    given: [
      accountAdded(),
      loginAccepted(),
      accessGranted(),
      messageReceived(),
      messageReceived({ messageId: 'message-2', accountId: 'sales' }),
      told(accountRemoved(), { at }),
    ],
    rows: { accounts: [{ removedAt: new Date(at), revision: 2 }], grants: [], messages: [{ messageId: 'message-2' }] },
  },
  UserAdded: {
    given: [userAdded()],
    rows: { people: [{ id: 'ben', name: 'Ben Okri', email: 'ben@acme.example' }] },
  },
  UserRenamed: {
    given: [userAdded(), userRenamed()],
    rows: { people: [{ id: 'ben', name: 'Benjamin Okri', email: 'ben@acme.example' }] },
  },
  LoginAccepted: {
    given: [accountAdded(), connectionFailed(), loginAccepted()],
    rows: { accounts: [{ status: 'connected', failure: null, revision: 0 }] },
  },
  ConnectionFailed: {
    given: [accountAdded(), loginAccepted(), connectionFailed()],
    rows: {
      accounts: [
        {
          status: 'failing',
          failure: { reason: 'login-refused', server: 'incoming', detail: 'Invalid credentials' },
          revision: 0,
        },
      ],
    },
  },
  FetchFinished: {
    given: [accountAdded(), told(fetchFinished(), { at })],
    rows: { accounts: [{ lastFetchedAt: new Date(at) }] },
  },
  MessageReceived: {
    given: [messageReceived()],
    rows: { messages: [{ messageId: 'message-1', accountId: 'info', seen: false, isReceived: true, isSent: false }] },
  },
  DraftFound: {
    given: [draftFound()],
    rows: { messages: [{ messageId: 'message-3', isReceived: false, isSent: false }] },
  },
  MessageQueued: {
    given: [messageQueued()],
    rows: { messages: [{ messageId: 'message-9', seen: true, isInInbox: false, isSent: true }] },
  },
  SentMessageFound: {
    given: [sentMessageFound()],
    rows: { messages: [{ messageId: 'message-2', isInInbox: false, isReceived: false, isSent: true }] },
  },
  MessageAlsoReceived: {
    given: [sentMessageFound(), messageAlsoReceived()],
    rows: { messages: [{ messageId: 'message-2', isInInbox: true, isReceived: true, isSent: true }] },
  },
  MessagePlaced: {
    given: [
      messageReceived({ messageId: 'message-0', folderId: inboxIdOf('info') }),
      messageReceived(),
      draftFound(),
      messagePlaced({ messageId: 'message-3', box: 'received' }),
      messagePlaced({ messageId: 'message-3', box: 'draft' }),
      messagePlaced({ messageId: 'message-3', folderId: inboxIdOf('info') }),
      messagePlaced({ box: 'sent' }),
      messagePlaced({ box: 'received' }),
    ],
    rows: {
      messages: [
        { messageId: 'message-0', isInInbox: true },
        { messageId: 'message-1', isInInbox: false, isReceived: true, isSent: true },
        { messageId: 'message-3', isInInbox: true, isReceived: true, isSent: false },
      ],
    },
  },
  MessageErased: {
    given: [messageReceived(), draftFound(), messageErased()],
    rows: { messages: [{ messageId: 'message-3' }] },
  },
  MessageDestroyed: {
    given: [messageReceived(), draftFound(), messageDestroyed()],
    rows: { messages: [{ messageId: 'message-3' }] },
  },
  MessagesPlaced: {
    given: [
      messageReceived(),
      draftFound(),
      messagesPlaced({ box: 'sent', places: [{ messageId: 'message-1', uid: 7, ...NO_FLAGS, seen: true }] }),
      messagesPlaced({
        folderId: inboxIdOf('info'),
        places: [{ messageId: 'message-3', uid: 1, ...NO_FLAGS, seen: true }],
      }),
    ],
    rows: {
      messages: [
        { messageId: 'message-1', isInInbox: false, isReceived: true, isSent: true, seen: false },
        { messageId: 'message-3', isInInbox: true, isReceived: true, isSent: false, seen: true },
      ],
    },
  },
  FlagsChanged: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4' }),
      flagsChanged(),
      flagsChanged({ changes: [{ set: { flagged: true }, messages: [{ messageId: 'message-4', uid: 4 }] }] }),
    ],
    rows: {
      messages: [
        { messageId: 'message-1', seen: true },
        { messageId: 'message-4', seen: false },
      ],
    },
  },
  MessagesMarked: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4' }),
      messagesMarked(),
      messagesMarked({ messageIds: ['message-4'], set: { flagged: true } }),
    ],
    rows: {
      messages: [
        { messageId: 'message-1', seen: true },
        { messageId: 'message-4', seen: false },
      ],
    },
  },
  WishesSettled: {
    given: [
      messageReceived(),
      messageReceived({ messageId: 'message-4', uid: 4 }),
      messagesMarked({ messageIds: ['message-4'] }),
      wishesSettled({
        refused: [
          { messageIds: ['message-4'], reason: 'refused-by-server', by: 'user:ben', set: { seen: false } },
          { messageIds: ['message-4'], reason: 'refused-by-server', by: 'user:ben' },
        ],
      }),
    ],
    rows: {
      messages: [
        { messageId: 'message-1', seen: true },
        { messageId: 'message-4', seen: false },
      ],
    },
  },
  MessagesDeleted: {
    given: [messageReceived(), messagesDeleted()],
    rows: { messages: [{ messageId: 'message-1', isDeleted: true }] },
  },
  MessagesRestored: {
    given: [messageReceived(), messagesDeleted(), messagesRestored()],
    rows: { messages: [{ messageId: 'message-1', isDeleted: false }] },
  },
});
