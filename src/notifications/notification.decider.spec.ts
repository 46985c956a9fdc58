import { notificationsRead } from '../../test/examples/notification-facts.js';
import { given } from '../../test/given.js';
import { readOne, readUntil } from './notification.decider.js';
import { mailNotification, mailsNotification, refusalNotification, subjectOf } from './notification.events.js';
import { readNotifications } from './notification.fold.js';

const one = notificationsRead({ ids: ['mail-message-1'], until: null });
const untilNoon = notificationsRead({ ids: [], until: '2026-01-31T12:00:00.000Z' });

describe('reading a notification', () => {
  it('is recorded', () =>
    given(readNotifications)
      .when((s) => readOne(s, 'ben', 'mail-message-1'))
      .then(one));

  it('a second time changes nothing', () =>
    given(readNotifications, one, untilNoon)
      .when((s) => readOne(s, 'ben', 'mail-message-1'))
      .then());
});

describe('reading all notifications up to a time', () => {
  const reading = (until: string) => (s: typeof readNotifications.initial) => readUntil(s, 'ben', until);

  it('is recorded', () => given(readNotifications, one).when(reading('2026-01-31T12:00:00.000Z')).then(untilNoon));

  it('a second time changes nothing', () =>
    given(readNotifications, untilNoon).when(reading('2026-01-31T12:00:00.000Z')).then());

  it('up to an earlier time changes nothing', () =>
    given(readNotifications, untilNoon, one).when(reading('2026-01-31T11:59:59.999Z')).then());

  it('up to a later time is recorded', () =>
    given(readNotifications, untilNoon)
      .when(reading('2026-01-31T13:00:00.000Z'))
      .then(notificationsRead({ ids: [], until: '2026-01-31T13:00:00.000Z' })));
});

describe('the id of a notification', () => {
  it('tells its message or its account', () => {
    expect(subjectOf(mailNotification('m-1'))).toEqual({ of: 'message', messageId: 'm-1' });
    expect(subjectOf(mailsNotification('a-1', 29_000_000))).toEqual({
      of: 'account',
      accountId: 'a-1',
      personal: false,
    });
    expect(subjectOf('sending-failed-m-1.2')).toEqual({ of: 'sending', messageId: 'm-1' });
    expect(subjectOf(refusalNotification('a-1', 7, 0))).toEqual({ of: 'account', accountId: 'a-1', personal: true });
  });

  it.each(['', 'mail-', 'sending-failed-', 'mails-x-info', 'refused-1-info', 'another'])('is not %j', (id) =>
    expect(subjectOf(id)).toBeUndefined(),
  );
});
