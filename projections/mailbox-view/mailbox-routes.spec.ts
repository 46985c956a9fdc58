import { accountAdded } from '../../test/examples/account-facts.js';
import { draftFound, messageReceived, sentMessageFound } from '../../test/examples/message-facts.js';
import { positionOf, recorded } from '../../test/examples/recorded.js';
import { jsonOf, MailboxOverHttp } from '../../test/mailbox-over-http.js';
import { toCursor } from '../../src/platform/http/pages.js';
import { MAIL_SEARCH } from '../mail-search/mail-search.js';
import { ListMessagesEndpoint, ListMessagesHandler } from './list-messages.js';
import { mailboxView } from './mailbox-view.js';
import { ReadThreadEndpoint, ReadThreadHandler } from './read-thread.js';

const at = (n: number): string => new Date(Date.UTC(2026, 0, n)).toISOString();
const facts = recorded([
  accountAdded(),
  messageReceived({ messageId: 'm1', receivedAt: at(1), accountId: 'sales' }),
  messageReceived({ messageId: 'm2', receivedAt: at(2) }),
  sentMessageFound({ messageId: 'm3', receivedAt: at(3) }),
  draftFound({ messageId: 'm4', receivedAt: at(4) }),
  messageReceived({ messageId: 'm5', receivedAt: at(5), threadId: 'thread-2' }),
]);

let mailbox: MailboxOverHttp;
beforeAll(async () => {
  mailbox = await MailboxOverHttp.open({
    endpoints: [ListMessagesEndpoint, ReadThreadEndpoint],
    handlers: [ListMessagesHandler, ReadThreadHandler],
  });
  await mailbox.under.rebuild(facts);
});
afterAll(() => mailbox.close());

const ids = async (url: string, caller?: Parameters<MailboxOverHttp['get']>[1]): Promise<string[]> =>
  (jsonOf(await mailbox.get(url, caller)).items as { id: string }[]).map(({ id }) => id);

describe('a conversation', () => {
  it('is shown oldest first, page by page, without messages of foreign accounts', async () => {
    expect(await ids('/api/threads/thread-1')).toEqual(['m1', 'm2', 'm3', 'm4']);
    const { items, next } = jsonOf(await mailbox.get('/api/threads/thread-1?limit=3'));
    expect(items).toHaveLength(3);
    expect(await ids(`/api/threads/thread-1?limit=3&cursor=${String(next)}`)).toEqual(['m4']);
    expect(await ids('/api/threads/thread-1', 'ben')).toEqual(['m1']);
  });

  it('without a visible message is refused', async () => {
    for (const [caller, status, reason] of [
      ['ben', 404, 'thread-not-found'],
      ['auditor', 403, 'auditors-do-not-read-mail'],
      ['dan', 403, 'mail-module-locked'],
    ] as const) {
      const answer = await mailbox.get('/api/threads/thread-2', caller);
      expect([answer.status, jsonOf(answer).reason]).toEqual([status, reason]);
    }
  });
});

describe('a list of messages', () => {
  it('answers the position of its read model, and with search words the position of the search too', async () => {
    const end = positionOf(facts.length - 1);
    expect((await mailbox.get('/api/messages')).headers.get('x-position')).toBe(end);
    await mailbox.under.database.query('update checkpoints set position = $1 where name = $2', [
      positionOf(2),
      MAIL_SEARCH,
    ]);
    expect((await mailbox.get('/api/messages', 'administrator', { 'x-wait-for': end })).headers.get('x-position')).toBe(
      end,
    );
    expect((await mailbox.get('/api/messages?q=order')).headers.get('x-position')).toBe(positionOf(2));
    expect((await mailbox.get('/api/messages?q=order', 'administrator', { 'x-wait-for': positionOf(2) })).status).toBe(
      200,
    );
    expect(mailboxView.id).not.toBe(MAIL_SEARCH);
  });

  const words = [
    "'",
    '"',
    '\\',
    "\\'",
    '&',
    '|',
    '!',
    '(',
    ':*',
    '<->',
    "a'b:*&",
    'in:sales',
    '%',
    '_',
    '\u200b',
    '𝕱𝖔𝖔',
    '漢字',
    'ก็',
    '\ud83d\ude00',
    'x'.repeat(500),
    '字'.repeat(500),
  ];
  const answersTo = async (query: string): Promise<number[]> =>
    Promise.all(
      ['/api/messages', '/api/accounts/info/messages'].map(
        async (path) => (await mailbox.get(`${path}?${query}`)).status,
      ),
    );

  it.each(words)('treats %j as plain words', async (text) => {
    const written = encodeURIComponent(text);
    expect(await answersTo(`q=${written}`)).toEqual([200, 200]);
    expect(await answersTo(`from=${encodeURIComponent(text.slice(0, 320))}`)).toEqual([200, 200]);
    expect(await answersTo(`from=${encodeURIComponent(`${text.slice(0, 300)}@example.com`)}`)).toEqual([200, 200]);
    expect(await answersTo(`folder=${encodeURIComponent(text)}`)).toEqual([404, 404]);
  });

  const badCursors = [
    'x',
    '%00',
    toCursor(['now', 'm1']),
    toCursor([null, 'm1']),
    toCursor(['0000-01-01', 'm1']),
    toCursor([at(1)]),
    toCursor([at(1), 'a\u0000']),
    toCursor([at(1), 7]),
    Buffer.from(JSON.stringify([at(1), '\ud800'])).toString('base64url'),
  ];
  const badTimes = [
    'since=yesterday',
    'since=2026-13-01',
    'since=0000-01-01',
    'until=99999-01-01',
    'until=2026-01-01T10:00',
  ];
  const badWords = ['q=%00', 'from=%00', 'folder=%00', 'folder=', 'q=a&q=b', `q=${'x'.repeat(501)}`];
  const badChoices = ['box=all', 'unread=perhaps', 'limit=0', 'limit=201', 'unknown=1'];
  const bad = [...badWords, ...badChoices, ...badTimes, ...badCursors.map((cursor) => `cursor=${cursor}`)];
  it.each(bad)('refuses ?%s', async (query) => {
    expect(await answersTo(query)).toEqual([400, 400]);
    expect((await mailbox.get(`/api/messages?${query}`)).headers.get('content-type')).toContain(
      'application/problem+json',
    );
  });
});
