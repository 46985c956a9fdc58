import type { AnyData } from '../../src/all.events.js';
import { accessGranted, accessRevoked, accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import {
  messageAlsoReceived,
  messageDestroyed,
  messageErased,
  messageReceived,
} from '../../test/examples/message-facts.js';
import { notificationsRead } from '../../test/examples/notification-facts.js';
import { atOf, positionOf, told, type Told } from '../../test/examples/recorded.js';
import {
  deliveryFailed,
  recipientsRefused,
  sendCancelled,
  sendHeld,
  sendUnknown,
} from '../../test/examples/sending-facts.js';
import { wishesSettled } from '../../test/examples/places-facts.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { notifications } from './notifications.js';

const reactions = { ...messageReceived().data.reactions, notify: true };
const newMail = (messageId: string, data: Partial<AnyData<'MessageReceived'>> = {}) =>
  messageReceived({ messageId, arrival: 'new', reactions, ...data });

const MINUTE = '2026-01-31T13:00';
/** New mail of one minute. */
const burst = (from: number, to: number, minute = MINUTE, accountId = 'info'): Told[] =>
  Array.from({ length: to - from + 1 }, (_, n) =>
    told(newMail(`${minute}-${accountId}-${from + n}`, { accountId }), {
      at: `${minute}:${String(from + n).padStart(2, '0')}.000Z`,
    }),
  );
const minuteOf = (minute: string): number => Date.parse(`${minute}:00Z`) / 60_000;
const ids = (messages: Told[]): object[] =>
  messages
    .map(({ fact }) => ({ id: `mail-${(fact.data as { messageId: string }).messageId}` }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

const sent = (what: string, id: string) => ({
  ...{ id, kind: `send-${what}`, userId: 'anna', accountId: 'info', messageId: 'message-9' },
});

everyFactHasACase(notifications, {
  AccountAdded: {
    given: [accountAdded({ accountId: 'sales' }), accountAdded({ owner: 'ada' })],
    rows: { recipients: [{ accountId: 'info', userId: 'ada', since: positionOf(1), isActive: true, isOwner: true }] },
  },
  AccessGranted: {
    given: [accountAdded({ owner: 'ada' }), accessGranted({ userId: 'ada' }), accessRevoked(), accessGranted()],
    rows: {
      recipients: [
        { userId: 'ada', since: positionOf(0), isActive: true },
        { userId: 'ben', since: positionOf(3), isActive: true },
      ],
    },
  },
  AccessRevoked: {
    given: [accountAdded({ owner: 'ada' }), accessGranted(), accessRevoked({ userId: 'ada' }), accessRevoked()],
    rows: {
      recipients: [
        { userId: 'ada', isActive: true },
        { userId: 'ben', isActive: false },
      ],
    },
  },
  MessageReceived: {
    given: [
      messageReceived({ messageId: 'import', arrival: 'import', reactions }),
      newMail('quiet', { reactions: { ...reactions, notify: false } }),
      newMail('own', { author: 'own' }),
      ...burst(1, 49, '2026-01-31T12:59'),
      ...burst(1, 53),
      ...burst(1, 2, MINUTE, 'sales'),
      ...burst(1, 2, '2026-01-31T13:01'),
      newMail('message-1'),
    ],
    rows: {
      entries: [
        ...ids([
          ...burst(1, 49, '2026-01-31T12:59'),
          ...burst(1, 2, MINUTE, 'sales'),
          ...burst(1, 2, '2026-01-31T13:01'),
        ]),
        {
          id: 'mail-message-1',
          kind: 'mail',
          accountId: 'info',
          userId: null,
          messageId: 'message-1',
          count: 1,
          at: new Date(atOf(109)),
          position: positionOf(109),
        },
        {
          id: `mails-${minuteOf(MINUTE)}-info`,
          kind: 'mail',
          accountId: 'info',
          userId: null,
          messageId: null,
          count: 53,
          at: new Date(`${MINUTE}:53.000Z`),
          position: positionOf(104),
        },
      ],
      counts: [
        { accountId: 'info', count: 1, position: positionOf(109) },
        { accountId: 'sales', count: 2 },
      ],
    },
  },
  MessageAlsoReceived: {
    given: [messageAlsoReceived({ arrival: 'new', author: 'from', reactions })],
    rows: { entries: [{ id: 'mail-message-2', messageId: 'message-2' }] },
  },
  WishesSettled: {
    given: [
      wishesSettled({
        refused: [
          { messageIds: ['message-1'], reason: 'refused-by-server', by: 'token:billing' },
          { messageIds: ['message-1'], reason: 'refused-by-server', by: 'user:ben' },
          { messageIds: ['message-2', 'message-3'], reason: 'folder-not-found', by: 'user:ben' },
        ],
      }),
    ],
    rows: {
      entries: [
        {
          id: 'refused-3-1-info',
          kind: 'change-refused',
          userId: 'ben',
          messageId: 'message-1',
          count: 1,
          reason: 'refused-by-server',
          at: new Date(atOf(0)),
        },
        { id: 'refused-3-2-info', messageId: null, count: 2, reason: 'folder-not-found' },
      ],
    },
  },
  RecipientsRefused: {
    given: [
      recipientsRefused({ userId: null, messageId: 'of-a-service' }),
      recipientsRefused({ code: '5.2.2' }),
      recipientsRefused(),
    ],
    rows: {
      entries: [{ ...sent('failed', 'sending-failed-message-9.1'), reason: '5.1.1', count: 1, at: new Date(atOf(2)) }],
    },
  },
  DeliveryFailed: {
    given: [deliveryFailed()],
    rows: { entries: [{ ...sent('bounced', 'sending-bounced-message-9.message-1'), reason: '5.1.1' }] },
  },
  SendHeld: {
    given: [sendHeld(), sendHeld({ why: 'login-refused', attempts: 1 })],
    rows: {
      entries: [
        { ...sent('held', 'sending-held-message-9.0-overdue'), reason: 'overdue' },
        { ...sent('held', 'sending-held-message-9.1-login-refused'), reason: 'login-refused' },
      ],
    },
  },
  SendUnknown: {
    given: [sendUnknown({ messageId: 'looked-for' }), sendUnknown({ final: true })],
    rows: { entries: [{ ...sent('unknown', 'sending-unknown-message-9.1'), reason: 'no-reply' }] },
  },
  SendCancelled: {
    given: [
      sendCancelled({ messageId: 'by-hand' }),
      sendCancelled({ messageId: 'again', why: 'replaced' }),
      sendCancelled({ why: 'reply-came' }),
    ],
    rows: { entries: [{ ...sent('cancelled', 'sending-cancelled-message-9.reply-came'), reason: 'reply-came' }] },
  },
  MessageErased: {
    given: [newMail('message-2'), newMail('message-1'), messageErased()],
    rows: { entries: [{ id: 'mail-message-2' }], counts: [{ accountId: 'info' }] },
  },
  MessageDestroyed: {
    given: [...burst(1, 49, MINUTE), messageDestroyed({ messageId: `${MINUTE}-info-3` })],
    rows: { entries: ids(burst(1, 49, MINUTE).filter((_, n) => n !== 2)), counts: [{ count: 49 }] },
  },
  NotificationsRead: {
    given: [
      told(notificationsRead({ ids: ['old'] }), { at: '2025-10-01T00:00:00.000Z' }),
      notificationsRead({ ids: ['mail-message-1', 'mail-message-2'], until: null }),
      notificationsRead({ ids: [] }),
    ],
    rows: {
      reads: [
        { userId: 'ben', id: 'mail-message-1', at: new Date(atOf(1)) },
        { userId: 'ben', id: 'mail-message-2' },
      ],
      readUntil: [
        { userId: 'ben', position: positionOf(2), until: new Date('2026-01-31T12:00:00.000Z'), at: new Date(atOf(2)) },
      ],
    },
  },
  AccountRemoved: {
    given: [
      accountAdded({ owner: 'ada' }),
      newMail('message-8', { accountId: 'sales' }),
      newMail('message-1'),
      accountRemoved(),
    ],
    rows: { entries: [{ id: 'mail-message-8' }], counts: [{ accountId: 'sales' }], recipients: [] },
  },
});
