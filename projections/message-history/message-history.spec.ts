import type { AnyFact } from '../../src/all.events.js';
import { accountRemoved } from '../../test/examples/account-facts.js';
import {
  draftBegun,
  draftConflicted,
  draftDiscarded,
  draftGone,
  draftSaved,
  draftSent,
  draftTaken,
} from '../../test/examples/draft-facts.js';
import {
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
import { messagesRead, messagesUnread } from '../../test/examples/reading-facts.js';
import * as sending from '../../test/examples/sending-facts.js';
import { atOf, idOf, positionOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { messageHistory } from './message-history.js';

const byServer = { by: null, via: 'imap', wish: null };
const byAda = { by: 'user:ada', via: 'web' };
const INBOX = 'inbox 1700000000';
const ALL_MAIL = 'all-mail 1600000000';
const two = ['message-1', 'message-2'];

const ofSending = (fact: AnyFact, data: object, author: object = byAda) => ({
  given: [fact],
  rows: { news: [{ ...author, messageIds: ['message-9'], data, wish: null, outOf: null }] },
});

const ofDraft = (fact: AnyFact, data: object, messageIds = ['draft-1']) => ({
  given: [fact],
  rows: { news: [{ ...byAda, messageIds, data, wish: null, outOf: null }] },
});

everyFactHasACase(messageHistory, {
  MessageReceived: {
    given: [messageReceived()],
    rows: {
      news: [
        {
          position: positionOf(0),
          part: '0000',
          id: idOf(0),
          at: new Date(atOf(0)),
          ...byServer,
          type: 'MessageReceived',
          accountId: 'info',
          messageIds: ['message-1'],
          data: { folderId: 'inbox' },
          into: INBOX,
          outOf: null,
          emptied: null,
        },
      ],
    },
  },
  SentMessageFound: { given: [sentMessageFound()], rows: { news: [{ ...byServer, messageIds: ['message-2'] }] } },
  DraftFound: { given: [draftFound()], rows: { news: [{ ...byServer, messageIds: ['message-3'] }] } },
  MessageAlsoReceived: { given: [messageAlsoReceived()], rows: { news: [{ ...byServer, into: INBOX }] } },
  MessagePlaced: { given: [messagePlaced()], rows: { news: [{ ...byServer, into: ALL_MAIL }] } },
  MessagesPlaced: {
    given: [messagesPlaced()],
    rows: { news: [{ ...byServer, messageIds: ['message-1'], into: ALL_MAIL, data: { folderId: 'all-mail' } }] },
  },
  FlagsChanged: {
    given: [
      flagsChanged({
        changes: [
          { set: { seen: true }, messages: [{ messageId: 'message-1', uid: 1 }] },
          {
            set: { flagged: false },
            messages: [
              { messageId: 'message-2', uid: 2 },
              { messageId: 'message-2', uid: 3 },
            ],
          },
        ],
      }),
    ],
    rows: {
      news: [
        { ...byServer, id: idOf(0), part: '0000', messageIds: ['message-1'], data: { set: { seen: true } } },
        { ...byServer, id: `${idOf(0)}.1`, part: '0001', messageIds: ['message-2'], data: { set: { flagged: false } } },
      ],
    },
  },
  PlacesLeft: {
    given: [placesLeft({ places: 'all', cause: 'folder-gone' }), placesLeft()],
    rows: {
      news: [
        { messageIds: [], emptied: INBOX, outOf: null, data: { cause: 'folder-gone' } },
        { ...byServer, messageIds: ['message-1'], emptied: null, outOf: INBOX },
      ],
    },
  },
  MessagesMarked: {
    given: [messagesMarked({ messageIds: two, number: 7 })],
    rows: { news: [{ ...byAda, messageIds: two, wish: 7, data: { set: { seen: true } } }] },
  },
  MessagesMoved: { given: [messagesMoved()], rows: { news: [{ ...byAda, wish: 1, data: { folderId: 'archive' } }] } },
  MessagesDeleted: {
    given: [messagesDeleted({ server: 'keep' }), messagesDeleted()],
    rows: {
      news: [
        { ...byAda, wish: null, data: { server: 'keep' } },
        { ...byAda, wish: 1, data: { server: 'remove' } },
      ],
    },
  },
  MessagesRestored: { given: [messagesRestored()], rows: { news: [{ ...byAda, wish: 1 }] } },
  WishesSettled: {
    given: [
      messagesMoved({ messageIds: two }),
      wishesSettled({
        number: 1,
        settled: 1,
        removed: [{ folderId: 'inbox', uidValidity: '1700000000', messages: [{ messageId: 'message-3', uid: 3 }] }],
        refused: [{ messageIds: ['message-2'], reason: 'not-on-server', by: 'user:ada' }],
      }),
    ],
    rows: {
      settled: [{ accountId: 'info', wish: 1, at: new Date(atOf(1)) }],
      news: [
        { type: 'MessagesMoved' },
        { messageIds: ['message-2'], wish: 1, data: { reason: 'not-on-server' } },
        { messageIds: ['message-1'], wish: null, outOf: INBOX, into: 'archive 1700000001' },
        { messageIds: ['message-3'], wish: null, outOf: INBOX, into: null },
      ],
    },
  },
  MessagesRead: { given: [messagesRead({ messageIds: two })], rows: { news: [{ ...byAda, messageIds: two }] } },
  MessagesUnread: { given: [messagesUnread()], rows: { news: [{ ...byAda, messageIds: ['message-1'] }] } },
  MessageDestroyed: {
    given: [messageReceived(), messageDestroyed()],
    rows: { news: [{ type: 'MessageReceived' }, { ...byAda, data: { why: 'for-good' } }] },
  },
  MessageErased: {
    given: [messageReceived(), messageErased()],
    rows: { news: [{ data: { folderId: 'inbox' } }, { type: 'MessageErased', messageIds: ['message-1'] }] },
  },
  MessageQueued: ofSending(sending.messageQueued(), { sendAt: null, recipients: 2 }),
  SendBegan: ofSending(sending.sendBegan(), { attempt: 1 }),
  RecipientsAccepted: ofSending(sending.recipientsAccepted({ recipients: [1] }), { recipients: 1 }, byServer),
  RecipientsDeferred: ofSending(
    sending.recipientsDeferred({ recipients: [0], code: null, reason: 'timed-out', until: '2026-01-30T10:00:00.000Z' }),
    { recipients: 1, code: 'timed-out', until: '2026-01-30T10:00:00.000Z' },
    byServer,
  ),
  RecipientsRefused: ofSending(
    sending.recipientsRefused({ recipients: [0, 1], code: '550' }),
    { recipients: 2, code: '550' },
    byServer,
  ),
  SendUnknown: ofSending(sending.sendUnknown(), { final: false }),
  SendResolved: ofSending(sending.sendResolved(), { outcome: 'arrived', by: 'person' }),
  SendHeld: ofSending(sending.sendHeld(), { why: 'overdue' }),
  SendConfirmed: ofSending(sending.sendConfirmed(), {}),
  SendCancelled: ofSending(sending.sendCancelled(), { why: 'person' }),
  CopyKept: {
    given: [
      sending.copyKept({ by: 'server', place: null }),
      sending.copyKept({ by: 'us', place: { folderId: 'sent', uidValidity: '1700000003', uid: 5 } }),
    ],
    rows: {
      news: [
        { data: { by: 'server' }, into: null },
        { data: { by: 'us' }, into: 'sent 1700000003' },
      ],
    },
  },
  CopyFailed: ofSending(sending.copyFailed(), { reason: 'refused-by-server' }),
  DeliveryFailed: ofSending(sending.deliveryFailed({ code: '5.1.1' }), { code: '5.1.1' }, byServer),
  DeliveryDelayed: ofSending(sending.deliveryDelayed(), { code: '4.4.1' }, byServer),
  DeliveryComplained: ofSending(sending.deliveryComplained(), { code: null }, byServer),
  DraftBegun: ofDraft(draftBegun(), { conflictOf: null }),
  DraftSaved: ofDraft(draftSaved(), {}),
  DraftTaken: ofDraft(draftTaken(), {}, ['draft-1', 'message-3']),
  DraftConflicted: ofDraft(draftConflicted(), { other: 'draft-2' }),
  DraftSent: ofDraft(draftSent(), {}, ['draft-1', 'message-9']),
  DraftDiscarded: ofDraft(draftDiscarded(), {}),
  DraftGone: ofDraft(draftGone(), { why: 'deleted-elsewhere' }),
  AccountRemoved: {
    given: [
      messageReceived(),
      wishesSettled(),
      messageReceived({ accountId: 'sales', messageId: 'message-4' }),
      accountRemoved(),
    ],
    rows: { news: [{ accountId: 'sales' }], settled: [] },
  },
});
