import { accessGranted, accountAdded } from '../../test/examples/account-facts.js';
import { folderFound } from '../../test/examples/mailbox-facts.js';
import { messageReceived, sentMessageFound } from '../../test/examples/message-facts.js';
import { messagesMoved } from '../../test/examples/places-facts.js';
import { messagesRead, messagesUnread, readUpTo } from '../../test/examples/reading-facts.js';
import { atOf, recorded } from '../../test/examples/recorded.js';
import { type CallerName, jsonOf, MailboxOverHttp } from '../../test/mailbox-over-http.js';
import { ListMessagesEndpoint, ListMessagesHandler } from './list-messages.js';
import { OpenMessageEndpoint, OpenMessageHandler } from './open-message.js';
import { ReadThreadEndpoint, ReadThreadHandler } from './read-thread.js';

const place = { accountId: 'sales', folderId: 'sales-inbox', threadId: 'thread-1' };
const at = (n: number): string => new Date(Date.UTC(2026, 0, n)).toISOString();
const received = (messageId: string, n: number, more: object = {}) =>
  messageReceived({ ...place, messageId, uid: n, receivedAt: at(n), ...more });
const ofBen = { accountId: 'sales', userId: 'ben' };

const facts = recorded([
  accountAdded({ accountId: 'sales' }),
  folderFound({ folderId: 'sales-inbox', accountId: 'sales' }),
  folderFound({ folderId: 'archive', accountId: 'sales', path: 'Archive' }),
  received('old', 1),
  accessGranted(ofBen),
  accessGranted({ accountId: 'sales', userId: 'emil' }),
  received('m2', 2),
  received('m3', 3, { seen: true, arrival: 'import' }),
  received('m4', 4),
  received('m5', 5),
  sentMessageFound({ ...place, folderId: 'sales-sent', messageId: 'm6', receivedAt: at(6) }),
  messagesMoved({ accountId: 'sales', messageIds: ['m5'], folderId: 'archive' }),
  messagesRead({ ...ofBen, messageIds: ['m4', 'm6'] }),
  messagesRead({ ...ofBen, userId: 'emil', messageIds: ['m2', 'm4'] }),
  messagesUnread({ ...ofBen, userId: 'emil', messageIds: ['m2'] }),
  messagesUnread({ ...ofBen, messageIds: ['m6'] }),
  readUpTo({ accountId: 'sales', userId: 'ada' }),
  received('m7', 7),
]);

let mailbox: MailboxOverHttp;
beforeAll(async () => {
  mailbox = await MailboxOverHttp.open({
    endpoints: [ListMessagesEndpoint, ReadThreadEndpoint, OpenMessageEndpoint],
    handlers: [ListMessagesHandler, ReadThreadHandler, OpenMessageHandler],
  });
  await mailbox.under.rebuild(facts);
});
afterAll(() => mailbox.close());

type Items = { id: string; seenByMe: boolean }[];
const listed = async (query: string, caller: CallerName): Promise<Items> =>
  jsonOf(await mailbox.get(query, caller)).items as Items;
const ids = async (query: string, caller: CallerName = 'ben'): Promise<string[]> =>
  (await listed(query, caller)).map(({ id }) => id);

describe('each person', () => {
  it('has unread messages: those that came since the person has access', async () => {
    expect(await ids('/api/messages?unreadByMe=true')).toEqual(['m7', 'm6', 'm5', 'm2']);
    expect(await ids('/api/accounts/sales/messages?unreadByMe=true')).toEqual(['m7', 'm6', 'm5', 'm2']);
    expect(await ids('/api/messages?unreadByMe=false')).toEqual(['m4', 'm3', 'old']);
  });

  it('sees which messages they have read', async () => {
    const unread = ['m7', 'm6', 'm5', 'm2'];
    for (const path of ['/api/messages', '/api/threads/thread-1'])
      for (const { id, seenByMe } of await listed(path, 'ben'))
        expect([id, seenByMe]).toEqual([id, !unread.includes(id)]);
  });

  it('filters unread messages as all messages, page by page', async () => {
    expect(await ids('/api/messages?unreadByMe=true&box=sent')).toEqual(['m6']);
    expect(await ids('/api/messages?unreadByMe=true&folder=archive')).toEqual(['m5']);
    expect(await ids('/api/messages?unreadByMe=true&folder=sales-inbox')).toEqual(['m7', 'm2']);
    expect(await ids('/api/messages?unreadByMe=true&until=2026-01-05')).toEqual(['m5', 'm2']);
    expect(await ids('/api/messages?unreadByMe=true&unread=false')).toEqual(['m6']);
    const { next } = jsonOf(await mailbox.get('/api/messages?unreadByMe=true&limit=3', 'ben'));
    expect(await ids(`/api/messages?unreadByMe=true&limit=3&cursor=${String(next)}`)).toEqual(['m2']);
  });
});

it('an administrator has unread messages since they opened the account', async () => {
  expect(await ids('/api/messages?unreadByMe=true', 'administrator')).toEqual(['m7']);
});

it('an opened message shows the people that have read it', async () => {
  const opened = async (id: string) => jsonOf(await mailbox.get(`/api/messages/${id}`, 'ben'));
  expect(await opened('m4')).toMatchObject({
    seenByMe: true,
    seenBy: [
      { userId: 'ben', at: atOf(12) },
      { userId: 'emil', at: atOf(13) },
    ],
  });
  expect(await opened('m2')).toMatchObject({ seenByMe: false, seenBy: [] });
  expect(await opened('old')).toMatchObject({ seenByMe: true, seenBy: [] });
});
