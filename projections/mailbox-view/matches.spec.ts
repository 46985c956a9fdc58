import { messageReceived } from '../../test/examples/message-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { jsonOf, MailboxOverHttp } from '../../test/mailbox-over-http.js';
import { ListMessagesEndpoint, ListMessagesHandler } from './list-messages.js';
import { Matches } from './matches.js';

const id = (n: number): string => String(n).padStart(32, '0');
const [LETTER, HTML, ERASED, DAMAGED] = [1, 2, 3, 4].map(id) as [string, string, string, string];
const letter = 'Subject: x\r\n\r\nDear Acme,\r\nthe  crane is <b>rusty</b>.\r\n';
const html = 'Content-Type: text/html\r\n\r\n<p>The <b>pelican</b> &lt;is&gt; here<script>pelican()</script></p>';

let mailbox: MailboxOverHttp;
beforeAll(async () => {
  mailbox = await MailboxOverHttp.open({ endpoints: [ListMessagesEndpoint], handlers: [ListMessagesHandler] });
  const file = { contentType: 'application/pdf', size: 1, contentId: null };
  await mailbox.under.deliver(
    recorded([
      messageReceived({
        messageId: LETTER,
        hash: await mailbox.keep(LETTER, letter),
        preview: 'Dear Acme, the crane',
        attachments: [
          { ...file, index: 0, filename: 'logo.png', contentType: 'image/png', inline: true },
          { ...file, index: 1, filename: 'Żuraw plan.pdf', inline: false },
        ],
      }),
      messageReceived({
        messageId: HTML,
        hash: await mailbox.keep(HTML, html),
        subject: 'Birds',
        preview: '',
        attachments: [],
      }),
      messageReceived({ messageId: ERASED, hash: await mailbox.keep(ERASED, letter) }),
      messageReceived({ messageId: DAMAGED, hash: await mailbox.keep(DAMAGED, letter) }),
    ]),
  );
  await mailbox.erase(ERASED);
  await mailbox.damage(DAMAGED);
});
afterAll(() => mailbox.close());

type Item = { id: string; match: { text: string; hit: boolean }[] | null };
const found = async (q: string): Promise<Map<string, string | null>> => {
  const answer = jsonOf(await mailbox.get(`/api/messages?q=${encodeURIComponent(q)}`)) as { items: Item[] };
  return new Map(
    answer.items.map(({ id: of, match }) => [
      of,
      match && match.map(({ text, hit }) => (hit ? `[${text}]` : text)).join(''),
    ]),
  );
};

describe('a list with search words says why it found a message:', () => {
  it.each([
    ['the subject', 'ord', '[Order] 7'],
    ['the sender', 'from:diaz', 'Dora [Diaz] dora@customer.example'],
    ['an address', 'from:dora@customer.example', '[Dora] Diaz [dora]@[customer].[example]'],
    ['a recipient', 'to:acme', '[Acme] info@[acme].example'],
    ['a name of an attachment', 'zuraw', '[Żuraw] plan.pdf'],
    ['an attachment', 'has:attachment', '[Żuraw plan.pdf]'],
    ['the preview', 'crane', 'Dear Acme, the [crane]'],
    ['several places', 'order diaz', '[Order] 7 … Dora [Diaz] dora@customer.example'],
    ['the text', 'rusty', 'Dear Acme, the crane is <b>[rusty]</b>.'],
    ['the row and the text', 'order rusty', '[Order] 7 … Dear Acme, the crane is <b>[rusty]</b>.'],
  ])('%s', async (_, q, match) => {
    expect((await found(q)).get(LETTER)).toBe(match);
  });

  it('the text of HTML, as text', async () => {
    expect((await found('pelican')).get(HTML)).toBe('The [pelican] <is> here');
  });

  it('nothing without search words, or if the text cannot be read', async () => {
    const { items } = jsonOf(await mailbox.get('/api/messages')) as { items: Item[] };
    expect(items.map(({ match }) => match)).toEqual([null, null, null, null]);
    const { items: ofSender } = jsonOf(await mailbox.get('/api/messages?from=dora')) as { items: Item[] };
    expect(ofSender.map(({ match }) => match)).toEqual(ofSender.map(() => null));
    const row = { hash: '0', size: 1, content: contentOf() };
    const unread = new Matches(
      { sealed: (message) => Promise.resolve(message.id === DAMAGED ? 'damaged' : 'erased') },
      { extract: () => Promise.reject(new Error('the threads fail')) },
    );
    expect(
      await unread.of(
        'rusty',
        [DAMAGED, ERASED].map((of) => ({ ...row, id: of })),
        'ben',
      ),
    ).toEqual([null, null]);
  });

  it('reads at most 50 texts of a page, four at a time, and none of a very large message', async () => {
    let [reading, most, total] = [0, 0, 0];
    const matches = new Matches(
      { sealed: () => Promise.resolve({ file: '', at: 0, size: 0, name: '', key: Buffer.alloc(0), hash: '' }) },
      {
        extract: async () => {
          most = Math.max(most, ++reading);
          total++;
          await Promise.resolve();
          reading--;
          return [{ text: 'rusty', hit: true }];
        },
      },
    );
    const row = { hash: '0', content: contentOf() };
    const rows = Array.from({ length: 60 }, (_, n) => ({ ...row, id: id(n), size: n === 0 ? 1e9 : 1 }));
    const extracts = await matches.of('rusty', rows, 'ben');
    expect(extracts.map((extract) => extract !== null)).toEqual(rows.map((_, n) => n > 0 && n <= 50));
    expect([most, total]).toEqual([4, 50]);
  });
});

function contentOf() {
  const { header, from, to, cc, replyTo, subject, date, preview, attachments } = messageReceived().data;
  return { header, from, to, cc, replyTo, subject, date, preview, attachments };
}
