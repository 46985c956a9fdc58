import { accountAdded } from '../../test/examples/account-facts.js';
import { folderFound } from '../../test/examples/mailbox-facts.js';
import { draftFound, messageReceived, sentMessageFound } from '../../test/examples/message-facts.js';
import { messagesDeleted, messagesMoved } from '../../test/examples/places-facts.js';
import { messagesUnread } from '../../test/examples/reading-facts.js';
import { positionOf, recorded } from '../../test/examples/recorded.js';
import { type CallerName, jsonOf, MailboxOverHttp } from '../../test/mailbox-over-http.js';
import { CalendarEndpoint, ShowCalendarHandler } from './calendar.js';
import { ListMessagesEndpoint, ListMessagesHandler } from './list-messages.js';

const received = (messageId: string, receivedAt: string, more: object = {}) =>
  messageReceived({ messageId, receivedAt, uid: Number(messageId.slice(1)), ...more });

const facts = recorded([
  accountAdded(),
  accountAdded({ accountId: 'sales' }),
  folderFound(),
  folderFound({ folderId: 'archive', path: 'Archive' }),
  received('m1', '2026-03-28T12:00:00.000Z', { subject: 'Roses' }),
  received('m2', '2026-03-28T23:30:00.000Z', { seen: true }),
  received('m3', '2026-03-29T22:30:00.000Z'),
  received('m4', '2026-03-29T21:30:00.000Z'),
  sentMessageFound({ messageId: 'm5', receivedAt: '2026-04-01T09:00:00.000Z', uid: 5, subject: 'Re: Roses' }),
  draftFound({ messageId: 'm6', receivedAt: '2026-04-02T09:00:00.000Z', uid: 6 }),
  received('m7', '2026-04-03T09:00:00.000Z'),
  received('m8', '2026-04-03T10:00:00.000Z', { accountId: 'sales', folderId: 'sales-inbox' }),
  messagesDeleted({ messageIds: ['m7'] }),
  messagesMoved({ messageIds: ['m4'], folderId: 'archive' }),
  messagesUnread({ userId: 'ada', messageIds: ['m1', 'm8'] }),
]);

let mailbox: MailboxOverHttp;
beforeAll(async () => {
  mailbox = await MailboxOverHttp.open({
    endpoints: [CalendarEndpoint, ListMessagesEndpoint],
    handlers: [ShowCalendarHandler, ListMessagesHandler],
  });
  await mailbox.under.rebuild(facts);
});
afterAll(() => mailbox.close());

const days = async (query = '', path = '/api/messages', caller?: CallerName): Promise<unknown> =>
  jsonOf(await mailbox.get(`${path}/calendar${query}`, caller)).days;

describe('the calendar', () => {
  it('counts the messages of each day, newest first, in UTC', async () => {
    expect(await days()).toEqual([
      ['2026-04-03', 1],
      ['2026-04-01', 1],
      ['2026-03-29', 2],
      ['2026-03-28', 2],
    ]);
    expect(await days('', '/api/accounts/sales/messages')).toEqual([['2026-04-03', 1]]);
    expect(await days('', '/api/messages', 'ben')).toEqual([['2026-04-03', 1]]);
  });

  it('counts by the days of a time zone, across a clock change', async () => {
    expect(await days('?timeZone=Europe/Warsaw', '/api/accounts/info/messages')).toEqual([
      ['2026-04-01', 1],
      ['2026-03-30', 1],
      ['2026-03-29', 2],
      ['2026-03-28', 1],
    ]);
    expect(await days('?timeZone=Europe/Warsaw&since=2026-03-29&until=2026-03-29')).toEqual([['2026-03-29', 2]]);
    expect((await mailbox.get('/api/messages/calendar?timeZone=Nowhere')).status).toBe(400);
  });

  const filters = [
    ...['', 'box=received', 'box=sent', 'box=draft', 'box=trash', 'folder=INBOX', 'folder=archive'],
    ...['unread=true', 'unread=false', 'unreadByMe=true', 'unreadByMe=false', 'folder=inbox&unreadByMe=true'],
    ...['q=roses', 'q=roses&box=sent', 'from=dora', 'q=nothing', 'q=%21', 'since=2026-03-29', 'until=2026-03-29'],
  ];
  it.each(filters)('counts the messages of the list with ?%s', async (filter) => {
    const listed = jsonOf(await mailbox.get(`/api/messages?${filter}`)).items as { receivedAt: string }[];
    const counts = new Map<string, number>();
    for (const { receivedAt } of listed)
      counts.set(receivedAt.slice(0, 10), (counts.get(receivedAt.slice(0, 10)) ?? 0) + 1);
    expect(await days(`?${filter}`)).toEqual([...counts]);
  });

  it('takes the filters of the list alone, and answers its position', async () => {
    for (const query of ['limit=5', 'cursor=x', 'folder=none', 'unread=perhaps'])
      expect([400, 404]).toContain((await mailbox.get(`/api/messages/calendar?${query}`)).status);
    const answer = await mailbox.get('/api/messages/calendar?q=roses');
    expect(answer.headers.get('x-position')).toBe(positionOf(facts.length - 1));
  });
});
