import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import type { AnyFact } from '../../src/all.events.js';
import { accessGranted, accountAdded } from '../../test/examples/account-facts.js';
import { companyCreated, contactCreated, taskCompleted, taskCreated } from '../../test/examples/crm-facts.js';
import { everyFact } from '../../test/examples/every-fact.js';
import { fetchStarted } from '../../test/examples/mailbox-facts.js';
import { messageReceived } from '../../test/examples/message-facts.js';
import { tokenIssued, userRenamed } from '../../test/examples/people-facts.js';
import { mailNotification, newsOf, type TellingFact } from '../../src/notifications/notification.events.js';
import { notificationsRead } from '../../test/examples/notification-facts.js';
import { messagesRead, readUpTo } from '../../test/examples/reading-facts.js';
import { wishesSettled } from '../../test/examples/places-facts.js';
import { positionOf, recorded } from '../../test/examples/recorded.js';
import { deliveriesOf, mayKnow, type Rights } from './deliveries.js';
import { changesAccess, followed } from './notifications.js';

const eventsOf = (...facts: AnyFact[]): Record<string, unknown>[] =>
  deliveriesOf(recorded(facts), new Map()).map(
    ({ frame }) => JSON.parse(/^data: (.*)$/m.exec(frame)![1]!) as Record<string, unknown>,
  );

it('rights are read again after every fact that decides access', () => {
  expect([...changesAccess].sort()).toEqual(Object.keys(whoMayDoWhat.on).sort());
  expect(followed).toEqual(expect.arrayContaining([...changesAccess]));
});

/** Values of the fields with ids, at any depth. */
const idsIn = (data: object): unknown[] =>
  Object.entries(data).flatMap(([name, value]: [string, unknown]) => {
    if (name.endsWith('Id') || name === 'because') return [value];
    if (Array.isArray(value) && (name === 'messageIds' || name === 'ids')) return value;
    return typeof value === 'object' && value !== null ? idsIn(value) : [];
  });

/** Ids of the notifications about a fact. */
const notificationsOf = (fact: AnyFact, ids: readonly unknown[]): string[] => [
  ...ids.map((each) => mailNotification(String(each))),
  ...(TELLING.has(fact.type) ? [newsOf(fact as TellingFact)!.id] : []),
];
const TELLING = new Set(['RecipientsRefused', 'DeliveryFailed', 'SendHeld', 'SendUnknown', 'SendCancelled']);

describe('a delivery', () => {
  it('names the changed resource; its event id is the position of the fact', () => {
    const [one] = deliveriesOf(recorded([accessGranted({ accountId: 'info', userId: 'ben' })]), new Map());
    const position = positionOf(0);
    expect(one!.frame).toBe(
      `id: ${position}\ndata: {"kind":"access","id":"ben","accountId":"info","position":"${position}"}\n\n`,
    );
  });

  it.each(Object.entries(everyFact))('of %s holds ids alone', (_, example) => {
    const fact: AnyFact = example();
    const ids = idsIn(fact.data);
    for (const { kind, id, accountId, position, ...more } of eventsOf(fact)) {
      expect([kind, position, more]).toEqual([expect.stringMatching(/^[a-z]+$/), positionOf(0), {}]);
      const known = kind === 'notification' ? [...ids, ...notificationsOf(fact, ids)] : ids;
      expect(known).toEqual(expect.arrayContaining([id, accountId].filter((each) => each !== null)));
    }
  });

  it('of new mail tells of the message and of a notification; the id stands in the last event', () => {
    const both = deliveriesOf(recorded([messageReceived()]), new Map());
    expect(both.map(({ frame, to }) => [to, frame.startsWith('id: '), /"id":"([^"]*)"/.exec(frame)?.[1]])).toEqual([
      ['users', false, 'mail-message-1'],
      ['mail', true, 'message-1'],
    ]);
  });

  it('stands for many messages of one account that arrive at once', () => {
    const letters = Array.from({ length: 201 }, (_, each) =>
      messageReceived({ accountId: 'info', messageId: `m${each}` }),
    );
    const facts = [
      messageReceived({ accountId: 'own', messageId: 'first' }),
      ...letters,
      taskCreated({ accountId: 'info' }),
    ];
    expect(eventsOf(...facts).map(({ kind, id, accountId }) => [kind, id, accountId])).toEqual([
      ['notification', 'mail-first', 'own'],
      ['message', 'first', 'own'],
      ['notification', null, 'info'],
      ['message', null, 'info'],
      ['task', taskCreated().data.taskId, 'info'],
    ]);
    expect(eventsOf(...letters.slice(1))).toHaveLength(400);
  });
});

describe('the audience', () => {
  const rights = (role: Rights['role'], userId: string | null, ...accounts: string[]): Rights => {
    return { role, userId, accounts: new Set(accounts) };
  };
  const callers: Record<string, Rights> = {
    administrator: rights('administrator', 'ada'),
    'its user': rights('user', 'ben', 'info'),
    'user of another': rights('user', 'cleo', 'other'),
    'user of none': rights('user', 'dan'),
    auditor: rights('auditor', 'olga'),
    'service of users': rights('user', null),
  };
  const audience = (fact: AnyFact): string[] => {
    const [one] = deliveriesOf(recorded([fact]), new Map([[taskCompleted().data.taskId, 'info']]));
    return Object.keys(callers).filter((name) => mayKnow(callers[name]!, one!));
  };

  const refusedTo = (userId: string) => [
    { messageIds: ['message-1'], reason: 'refused-by-server', by: `user:${userId}` },
  ];

  it.each<[string, AnyFact, string[]]>([
    ['an account', accountAdded({ accountId: 'info' }), ['administrator', 'its user', 'auditor']],
    [
      'access to the account',
      accessGranted({ accountId: 'info', userId: 'eve' }),
      ['administrator', 'its user', 'auditor'],
    ],
    [
      'the access of a user of none',
      accessGranted({ accountId: 'info', userId: 'dan' }),
      ['administrator', 'its user', 'user of none', 'auditor'],
    ],
    ['a fetch', fetchStarted({ accountId: 'info' }), ['administrator', 'its user', 'auditor']],
    ['a message', messageReceived({ accountId: 'info', arrival: 'import' }), ['administrator', 'its user']],
    ['a notification of new mail', messageReceived({ accountId: 'info' }), ['its user']],
    ['the mark of a user', messagesRead(), ['administrator', 'its user']],
    ['a refused change', wishesSettled({ refused: refusedTo('ada') }), ['administrator']],
    ['a read notification', notificationsRead({ userId: 'ada' }), ['administrator']],
    ['a first opening', readUpTo({ userId: 'ada' }), ['administrator']],
    ['a first opening of another', readUpTo({ userId: 'eve' }), []],
    ['a task', taskCreated({ accountId: 'info' }), ['administrator', 'its user']],
    ['a change of a task', taskCompleted(), ['administrator', 'its user']],
    ['a change of a task without a known account', taskCompleted({ taskId: 'another' }), ['administrator']],
    ['a contact', contactCreated(), ['administrator', 'its user', 'user of another']],
    ['a company', companyCreated(), ['administrator', 'its user', 'user of another']],
    ['a person', userRenamed({ userId: 'eve' }), ['administrator']],
    ['a user of none', userRenamed({ userId: 'dan' }), ['administrator', 'user of none']],
    ['a token', tokenIssued(), ['administrator']],
  ])('of %s', (_, fact, expected) => {
    expect(audience(fact)).toEqual(expected);
  });
});
