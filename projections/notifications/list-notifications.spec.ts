import { accessGranted, accessRevoked, accountAdded, accountRemoved } from '../../test/examples/account-facts.js';
import { whoMayDoWhat } from '../../src/access/who-may-do-what.js';
import { administrator, auditor, person, service, user } from '../../test/examples/callers.js';
import { messageErased, messageReceived } from '../../test/examples/message-facts.js';
import { notificationsRead } from '../../test/examples/notification-facts.js';
import { recipientsRefused, sendCancelled, sendHeld } from '../../test/examples/sending-facts.js';
import { wishesSettled } from '../../test/examples/places-facts.js';
import { recorded, told, type Told } from '../../test/examples/recorded.js';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { ListNotifications, ListNotificationsHandler, ListNotificationsParameters } from './list-notifications.js';
import { notifications } from './notifications.js';

const reactions = { ...messageReceived().data.reactions, notify: true };
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const arrived = (messageId: string, minutes: number, accountId = 'info'): Told =>
  told(messageReceived({ messageId, accountId, arrival: 'new', reactions }), { at: minutesAgo(minutes) });

let under: ProjectionsUnderTest;
beforeAll(async () => (under = await ProjectionsUnderTest.open(notifications, whoMayDoWhat)));
beforeEach(() => under.empty());
afterAll(() => under.close());

const list = (caller = user('ben', 'info', 'sales'), parameters: Partial<ListNotificationsParameters> = {}) =>
  new ListNotificationsHandler(under.database).execute(
    new ListNotifications(caller, Object.assign(new ListNotificationsParameters(), parameters)),
  );
const ids = async (...asked: Parameters<typeof list>): Promise<string[]> =>
  (await list(...asked)).items.map(({ id }) => id);

describe('notifications', () => {
  it('tell of new mail since the person has access, newest first, page by page', async () => {
    const at = minutesAgo(3);
    await under.deliver(
      recorded([
        accountAdded(),
        arrived('before', 9),
        accessGranted(),
        told(arrived('message-1', 3).fact, { at }),
        accountAdded({ accountId: 'sales', owner: 'ben' }),
        arrived('message-2', 2, 'sales'),
        arrived('message-3', 1),
        arrived('foreign', 1, 'another'),
      ]),
    );
    const first = await list(undefined, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['mail-message-3', 'mail-message-2']);
    const second = await list(undefined, { limit: 2, cursor: first.next! });
    expect(second).toEqual({
      items: [
        {
          id: 'mail-message-1',
          kind: 'mail',
          accountId: 'info',
          messageId: 'message-1',
          count: 1,
          at,
          readAt: null,
          reason: null,
        },
      ],
      next: null,
    });
  });

  it('of a minute with 50 messages are one', async () => {
    const burst = Array.from({ length: 50 }, (_, n) => told(arrived(`m${n}`, 5).fact, { at: minutesAgo(5) }));
    await under.deliver(recorded([accessGranted(), ...burst.slice(1)]));
    expect((await list()).items).toHaveLength(49);
    await under.empty();
    await under.deliver(recorded([accessGranted(), ...burst]));
    expect((await list()).items).toMatchObject([{ kind: 'mail', accountId: 'info', messageId: null, count: 50 }]);
  });

  it('end with the access, with the message and with the account, and after 90 days', async () => {
    const facts = [
      accessGranted(),
      accessGranted({ accountId: 'sales' }),
      arrived('old', 91 * 24 * 60),
      arrived('erased', 3),
      arrived('message-1', 2),
      arrived('message-2', 1, 'sales'),
      messageErased({ messageId: 'erased' }),
    ];
    await under.deliver(recorded(facts));
    expect(await ids()).toEqual(['mail-message-2', 'mail-message-1']);
    expect(await ids(user('ben', 'sales'))).toEqual(['mail-message-2']);
    await under.deliver(recorded([...facts, accessRevoked({ accountId: 'sales' })]));
    expect(await ids()).toEqual(['mail-message-1']);
    await under.deliver(recorded([...facts, accountAdded(), accountRemoved()]));
    expect(await ids()).toEqual(['mail-message-2']);
  });

  it('are at most 1,000', async () => {
    const many = Array.from({ length: 1030 }, (_, n) => arrived(`m${n}`, 1100 - n, n % 2 === 0 ? 'info' : 'sales'));
    await under.deliver(recorded([accessGranted(), accessGranted({ accountId: 'sales' }), ...many]));
    let count = 0;
    let cursor: string | undefined;
    do {
      const page = await list(undefined, { limit: 200, ...(cursor === undefined ? {} : { cursor }) });
      count += page.items.length;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(count).toBe(1000);
  });

  it('are read one by one, or up to a time', async () => {
    const readAt = minutesAgo(0);
    await under.deliver(
      recorded([
        accessGranted(),
        accessGranted({ userId: 'emil' }),
        arrived('message-1', 5),
        arrived('message-2', 4),
        arrived('message-3', 3),
        arrived('message-4', 2),
        told(notificationsRead({ ids: ['mail-message-3'], until: null }), { at: readAt }),
        told(notificationsRead({ ids: [], until: minutesAgo(3.5) }), { at: readAt }),
        notificationsRead({ userId: 'emil', ids: ['mail-message-4'], until: null }),
        arrived('late', 5),
      ]),
    );
    const readTimes = (await list()).items.map((item) => [item.id, item.readAt]);
    expect(readTimes).toEqual([
      ['mail-late', null],
      ['mail-message-4', null],
      ['mail-message-3', readAt],
      ['mail-message-2', readAt],
      ['mail-message-1', readAt],
    ]);
    expect(await ids(undefined, { unread: true })).toEqual(['mail-late', 'mail-message-4']);
    const first = await list(undefined, { unread: false, limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['mail-message-3', 'mail-message-2']);
    expect(await ids(undefined, { unread: false, cursor: first.next! })).toEqual(['mail-message-1']);
  });

  it('tell the author of a change that the mail server refused it', async () => {
    const refused = [{ messageIds: ['message-1'], reason: 'refused-by-server', by: 'user:ada' }];
    await under.deliver(recorded([accessGranted(), told(wishesSettled({ refused }), { at: minutesAgo(1) })]));
    expect(await ids()).toEqual([]);
    expect((await list(administrator())).items).toMatchObject([
      { kind: 'change-refused', messageId: 'message-1', count: 1, reason: 'refused-by-server' },
    ]);
    expect(await ids(user('ada', 'sales'))).toEqual([]);
  });

  it('tell the person that sent a message that it did not arrive, also without the account', async () => {
    const at = minutesAgo(1);
    await under.deliver(
      recorded([
        accessGranted(),
        told(recipientsRefused({ userId: 'ben' }), { at }),
        told(sendCancelled({ userId: 'ben', messageId: 'message-8', why: 'access-lost' }), { at }),
        told(sendHeld({ userId: 'emil' }), { at }),
      ]),
    );
    expect((await list()).items).toMatchObject([
      { kind: 'send-cancelled', messageId: 'message-8', reason: 'access-lost' },
      { kind: 'send-failed', messageId: 'message-9', reason: '5.1.1' },
    ]);
    expect(await ids(user('ben', 'sales'))).toEqual(['sending-cancelled-message-8.access-lost']);
  });

  it('reach administrators with access of their own alone', async () => {
    await under.deliver(recorded([accessGranted({ userId: 'eve' }), arrived('message-1', 1)]));
    expect(await ids(administrator())).toEqual([]);
    expect(await ids(person('eve', 'administrator', ['info']))).toEqual(['mail-message-1']);
  });

  it('are refused without the mail module, to auditors, and to a service that acts as itself', async () => {
    await expect(list(user('dan'))).rejects.toMatchObject({ reason: 'mail-module-locked', kind: 'forbidden' });
    await expect(list(auditor())).rejects.toMatchObject({ reason: 'auditors-do-not-read-mail', kind: 'forbidden' });
    const reason = 'only-a-person-has-notifications';
    await expect(list(service('administrator'))).rejects.toMatchObject({ reason, kind: 'forbidden' });
  });
});
