import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import PostalMime, { type Email } from 'postal-mime';
import { closeMessageWorkers, openMessage } from '../reading/message.js';
import { readHead } from '../reading/message-head.js';
import { compose, domainOf } from './compose.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { WithoutBcc } from './without-bcc.js';
import { writtenBody } from './written-body.js';

const MESSAGE_ID = '<0123456789abcdef@acme.example>';
const anna = { name: 'Anna Żółw', address: 'anna@acme.example' };
const ben = { name: 'Ben', address: 'ben@host.example' };
const plain: OutgoingMessage = {
  messageId: MESSAGE_ID,
  date: new Date('2026-11-30T09:00:00Z'),
  from: anna,
  to: [ben],
  subject: 'Offer',
  html: null,
  text: 'Hello Ben',
};

const composition = (changed: Partial<OutgoingMessage>) => {
  const message = { ...plain, ...changed };
  return compose(message, writtenBody(message, domainOf(message.messageId)));
};
const composed = async (changed: Partial<OutgoingMessage> = {}): Promise<Buffer> =>
  buffer((await composition(changed)).content);
const read = (bytes: Buffer): Promise<Email> => PostalMime.parse(bytes);
const headOf = (bytes: Buffer): string => bytes.toString('latin1').split('\r\n\r\n')[0]!;
const sentBySmtp = (bytes: Buffer, chunk: number): Promise<Buffer> =>
  buffer(
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, n) => bytes.subarray(n * chunk, (n + 1) * chunk)),
      { objectMode: false },
    ).pipe(new WithoutBcc()),
  );

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

afterAll(closeMessageWorkers);

it('writes plain text without HTML when nothing needs HTML', async () => {
  const bytes = await composed();
  expect(await read(bytes)).toMatchObject({
    from: { name: 'Anna Żółw', address: 'anna@acme.example' },
    to: [ben],
    subject: 'Offer',
    date: '2026-11-30T09:00:00.000Z',
    messageId: MESSAGE_ID,
    text: 'Hello Ben\n',
    attachments: [],
  });
  expect(headOf(bytes)).toMatch(/^Content-Type: text\/plain; charset=utf-8$/m);
});

it('puts the header above, and the signature below the words and above the quotation', async () => {
  const bytes = await composed({
    html: '<p>My answer</p>',
    text: null,
    header: '<b>Acme</b>',
    signature: '<p>Kind regards<br>Anna</p>',
    quoted: {
      kind: 'reply',
      from: ben,
      date: new Date('2026-11-29T08:30:00Z'),
      language: 'en',
      timeZone: 'Europe/Warsaw',
      html: '<p>Question?</p><img src="https://track.example/pixel.gif"><script>alert(1)</script><p>Ben</p>',
      text: null,
    },
  });
  const opened = await openMessage(bytes);
  expect(opened.text).toBe(
    'Acme\n\nMy answer\n\nKind regards\nAnna\n\nOn 29 Nov 2026, 09:30 CET, Ben <ben@host.example> wrote:\n' +
      '> Question?\n>\n> Ben\n',
  );
  const order = ['Acme', 'My answer', 'Kind regards', 'wrote:', '<blockquote', 'Question?', '</blockquote>'];
  const places = order.map((each) => opened.html!.indexOf(each));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(opened.html).not.toMatch(/track\.example|script/);
});

it('leaves the signature at the end without a quotation', async () => {
  const { text } = await read(await composed({ html: '<p>Words</p>', text: null, signature: '<p>Anna</p>' }));
  expect(text!.trimEnd()).toBe('Words\n\nAnna');
});

it.each([
  ['pl', 'Dnia 29 lis 2026, 08:30 UTC Ben <ben@host.example> pisze:'],
  ['de-AT', 'Am 29. Nov. 2026, 08:30 UTC schrieb Ben <ben@host.example>:'],
  [null, 'Ben <ben@host.example>, 2026-11-29 08:30 UTC:'],
])('writes the line above a quotation in %s', async (language, line) => {
  const quoted = { kind: 'reply' as const, from: ben, date: new Date('2026-11-29T08:30:00Z'), html: null, text: 'Hi' };
  const { text } = await read(await composed({ text: 'Yes', quoted: { ...quoted, language } }));
  expect(text).toBe(`Yes\n\n${line}\n> Hi\n`);
});

it('forwards with a block of the fields, the HTML, and the files taken over', async () => {
  const { text, html, attachments } = await read(
    await composed({
      html: '<p>See below</p>',
      quoted: {
        kind: 'forward',
        from: ben,
        to: [anna],
        subject: 'Plan',
        date: new Date('2026-11-29T08:30:00Z'),
        language: 'en',
        html: '<h1>Plan</h1><img src="cid:logo%40host.example" alt="Logo">',
        text: null,
      },
      files: [
        { filename: 'plan.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF') },
        { filename: 'logo.png', contentType: 'image/png', cid: 'logo@host.example', content: Buffer.from('png') },
      ],
    }),
  );
  expect(text).toContain(
    '---------- Forwarded message ----------\nFrom: Ben <ben@host.example>\nDate: 29 Nov 2026, 08:30 UTC\n' +
      'Subject: Plan\nTo: Anna Żółw <anna@acme.example>\n\nPlan\n\nLogo',
  );
  expect(attachments).toMatchObject([
    { filename: 'logo.png', mimeType: 'image/png', disposition: 'inline', related: true },
    { filename: 'plan.pdf', mimeType: 'application/pdf', disposition: 'attachment' },
  ]);
  expect(html).toContain(`src="cid:${attachments[0]!.contentId!.slice(1, -1)}"`);
});

it('sends images within the text as parts, also those of data: URLs, and each once', async () => {
  const image = `<img src="data:image/png;base64,${PNG}" alt="x">`;
  const { html, attachments } = await read(await composed({ html: `<p>a</p>${image}${image}<p>src="cid:x"</p>` }));
  expect(attachments).toMatchObject([{ mimeType: 'image/png', related: true, disposition: 'inline' }]);
  expect(Buffer.from(attachments[0]!.content as ArrayBuffer).toString('base64')).toBe(PNG);
  expect(html).not.toContain('data:');
  expect(html!.split(attachments[0]!.contentId!.slice(1, -1))).toHaveLength(3);
  expect(html).toContain('<p>src="cid:x"</p>');
});

it('sends a file that no HTML names as an attachment', async () => {
  const file = { filename: 'a.png', contentType: 'image/png', cid: 'unused', content: Buffer.from('png') };
  for (const html of [null, '<p>x</p>'])
    expect((await read(await composed({ html, files: [file] }))).attachments).toMatchObject([
      { filename: 'a.png', disposition: 'attachment' },
    ]);
});

it('makes equal bytes of equal input', async () => {
  const rich = () =>
    composed({
      html: `<p>x</p><img src="data:image/png;base64,${PNG}">`,
      bcc: [{ address: 'hidden@host.example' }],
      files: [{ filename: 'a', contentType: 'text/plain', content: () => Readable.from([Buffer.from('abc')]) }],
    });
  expect(await rich()).toEqual(await rich());
});

describe('Bcc', () => {
  const people = Array.from({ length: 300 }, (_, n) => ({ name: `Hidden ${n}`, address: `hidden${n}@host.example` }));

  it.each([1, 2, 7, 64, 1000, 1_000_000])('is in the copy, and in no byte for SMTP in chunks of %d', async (chunk) => {
    const bytes = await composed({ bcc: people, text: 'Hello\nBcc: this line is text\n' });
    expect((await read(bytes)).bcc).toHaveLength(300);
    const sent = await sentBySmtp(bytes, chunk);
    expect(sent.toString()).not.toContain('hidden');
    expect(sent.toString()).toContain('Bcc: this line is text');
    expect(sent).toEqual(await composed({ text: 'Hello\nBcc: this line is text\n' }));
  });
});

describe('a forwarded message as a file', () => {
  const file = (content: string) => ({
    filename: 'mail.eml',
    contentType: 'message/rfc822',
    content: Buffer.from(content),
  });

  it('stays a message if it needs no encoding', async () => {
    const bytes = await composed({ files: [file('Subject: a\r\n\r\nb\r\n')] });
    expect(bytes.toString()).toMatch(
      /Content-Type: message\/rfc822; name=mail\.eml\r\nContent-Transfer-Encoding: 7bit/,
    );
  });

  it.each(['Subject: ż\r\n\r\n', `Subject: a\r\n\r\n${'b'.repeat(999)}\r\n`, 'Subject: a\r\n\r\nb\rc'])(
    'becomes bytes if it needs an encoding: %j',
    async (content) => {
      const bytes = await composed({ files: [file(content)] });
      expect(bytes.toString('latin1')).toMatch(/^[\r\n\t -~]*$/);
      const [attached] = (await read(bytes)).attachments;
      expect(attached).toMatchObject({ filename: 'mail.eml', mimeType: 'application/octet-stream' });
      expect(Buffer.from(attached!.content as ArrayBuffer).toString()).toBe(content);
    },
  );
});

it('has one Message-ID in In-Reply-To, and References of a bounded length, folded', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `<${'x'.repeat(100)}${n}@host.example>`);
  const bytes = await composed({ inReplyTo: ids.at(-1)!, references: [...ids, 'not an id', '<ż@host.example>'] });
  const head = headOf(bytes);
  expect(head.split('\r\n').every((line) => line.length <= 998)).toBe(true);
  const { inReplyTo, references } = await read(bytes);
  expect(inReplyTo).toBe(ids.at(-1));
  expect(references!.split(/\s+/)).toEqual([ids[0], ...ids.slice(-19)]);
});

it('tells other programs not to answer an automatic reply', async () => {
  expect(headOf(await composed({ automatic: true }))).toMatch(
    /Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\nX-Auto-Response-Suppress: All/,
  );
});

it.each(['Bcc', 'From', 'Content-Type', 'Resent-To', 'X-A: b\r\nBcc', ''])(
  'takes no further field named %j',
  async (name) => {
    await expect(composed({ extra: { [name]: 'x' } })).rejects.toThrow('further field');
  },
);

it('writes domains as A-labels, and tells when only SMTPUTF8 can carry an address', async () => {
  const idn = await composition({ to: [{ address: 'jan@Żółw.example' }] });
  expect(idn.smtpUtf8).toBe(false);
  expect(headOf(await buffer(idn.content))).toContain('To: jan@xn--w-uga1v8h.example');
  const utf8 = await composition({ to: [{ address: 'żółw@żółw.example' }] });
  expect(utf8.smtpUtf8).toBe(true);
  expect(headOf(await buffer(utf8.content))).toContain(Buffer.from('To: żółw@żółw.example').toString('latin1'));
});

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc
    .array(
      fc.constantFrom(
        '\r\nBcc: x@y.example',
        '\n',
        '\r',
        '\0',
        '=?utf-8?Q?a=0D=0AX:_b?=',
        '"',
        '\\',
        ';',
        'ż',
        ' ',
        'a',
        '.',
        '/',
      ),
    )
    .map((parts) => parts.join('')),
);
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

it('lets no value of any field add another, and needs seven bits only', async () => {
  const expected = headNames(
    await composed({ cc: [ben], replyTo: [ben], files: [file('a')], extra: { 'X-Kind': 'x' } }),
  );
  await fc.assert(
    fc.asyncProperty(fc.record({ subject: hostile, name: hostile, filename: hostile, text: hostile }), async (wish) => {
      const bytes = await composed({
        subject: wish.subject,
        from: { ...anna, name: wish.name },
        cc: [{ ...ben, name: wish.name }],
        replyTo: [{ ...ben, name: wish.name }],
        text: wish.text,
        html: `<p title="${wish.name}">${wish.text}&#13;&#0;</p>`,
        signature: `<p>&#13;${wish.text}</p>`,
        files: [file(wish.filename)],
        extra: { 'X-Kind': wish.subject },
      });
      const latin = bytes.toString('latin1');
      expect(latin).toMatch(/^(?:[\t -~]{0,998}\r\n)*$/);
      expect(expected).toEqual(expect.arrayContaining(headNames(bytes)));
      const mail = await read(bytes);
      expect(mail.bcc).toBeUndefined();
      expect([mail.cc, mail.to].map((people) => people!.map(({ address }) => address))).toEqual([
        [ben.address],
        [ben.address],
      ]);
      expect(mail.attachments).toHaveLength(1);
      expect(readHead(bytes).cc).toHaveLength(1);
    }),
    { numRuns: 100 },
  );
});

it('keeps subjects and texts as people write them', async () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcŻółw…日本🙂 =?"\\,;@()<>'), minLength: 1, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(word, word, async (subject, text) => {
      const bytes = await composed({ subject, text });
      const mail = await read(bytes);
      expect(oneLine(mail.subject ?? '')).toBe(oneLine(subject));
      expect(mail.text).toBe(text.trim() === '' ? '\n' : `${text}\n`);
      expect(oneLine(readHead(bytes).subject)).toBe(oneLine(subject));
    }),
    { numRuns: 100 },
  );
});

it('reads a file no faster than the message is taken, and stops with it', async () => {
  let given = 0;
  const chunk = randomBytes(64 * 1024);
  const content = (): Readable =>
    Readable.from(
      (function* () {
        for (; given < 800; given++) yield chunk;
      })(),
      { objectMode: false },
    );
  const { content: message } = await composition({
    files: [{ filename: 'big', contentType: 'application/zip', content }],
  });
  let taken = 0;
  let ahead = 0;
  for await (const bytes of message as AsyncIterable<Buffer>) {
    taken += bytes.length;
    ahead = Math.max(ahead, given * chunk.length - taken * 0.73);
  }
  expect(taken).toBeGreaterThan(70_000_000);
  expect(ahead).toBeLessThan(2_000_000);
});

it('ends with the error of a file', async () => {
  const content = (): Readable =>
    new Readable({
      read() {
        this.destroy(new Error('damaged'));
      },
    });
  await expect(composed({ files: [{ filename: 'a', contentType: 'a/b', content }] })).rejects.toThrow('damaged');
});

function file(filename: string) {
  return { filename, contentType: 'application/pdf', content: Buffer.from('%PDF') };
}

function headNames(bytes: Buffer): string[] {
  return headOf(bytes)
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.split(':')[0]!);
}
