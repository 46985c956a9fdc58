import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dovecot, startDovecot } from '../../../test/dovecot.js';
import { openMailbox } from '../servers/imap.js';
import { writePackFile } from '../../platform/blobs/blob-file.js';
import { readHead } from './message-head.js';
import { closeMessageWorkers, openMessage } from './message.js';
import { NO_WORDS, searchWordsOfBlob } from './search-words-of-blob.js';
import { OutboundGuard } from '../servers/outbound-guard.js';

const lines = (...parts: string[]): Buffer => Buffer.from(parts.join('\r\n'));
const part = (boundary: string, headers: string[], body = ''): string =>
  [`--${boundary}`, ...headers, '', body].join('\r\n');
const multipart = (kind: string, boundary: string, ...parts: string[]): string =>
  [`Content-Type: multipart/${kind}; boundary="${boundary}"`, '', ...parts, `--${boundary}--`, ''].join('\r\n');

const pdf = ['Content-Type: application/pdf; name="a.pdf"', 'Content-Transfer-Encoding: base64'];
const text = ['Content-Type: text/plain; charset=utf-8'];
const html = ['Content-Type: text/html; charset=utf-8'];
const forwarded = ['Content-Type: message/rfc822'];
const from = 'From: Ben <ben@example.org>\r\nMIME-Version: 1.0';

/** Typical structures of mail, with the content types of the attachments. */
const shapes: Record<string, { raw: Buffer; attachments: string[] }> = {
  'a plain text': { raw: lines(from, 'Subject: x', '', 'Hello'), attachments: [] },
  'a lone file': { raw: lines(from, ...pdf, '', 'JVBERg=='), attachments: ['application/pdf'] },
  'a text sent as a file': {
    raw: lines(from, ...text, 'Content-Disposition: ATTACHMENT; filename=a.txt', '', 'x'),
    attachments: ['text/plain'],
  },
  'a text and its HTML': {
    raw: lines(from, multipart('alternative', 'b', part('b', text, 'Hello'), part('b', html, '<p>Hello</p>'))),
    attachments: [],
  },
  'an invitation': {
    raw: lines(
      from,
      multipart(
        'alternative',
        'b',
        part('b', text, 'Hello'),
        part('b', ['Content-Type: text/calendar; method=REQUEST'], 'BEGIN:VCALENDAR'),
      ),
    ),
    attachments: ['text/calendar'],
  },
  'files, one of them inline, around nested texts': {
    raw: lines(
      from,
      multipart(
        'mixed',
        'm',
        part('m', [
          multipart(
            'related',
            'r',
            part('r', [
              multipart('alternative', 'a', part('a', text, 'Hello'), part('a', html, '<img src="cid:logo">')),
            ]),
            part(
              'r',
              ['Content-Type: image/png', 'Content-ID: <logo>', 'Content-Disposition: inline; filename="l.png"'],
              'PNG',
            ),
          ),
        ]),
        part('m', [...pdf, 'Content-Disposition: attachment; filename="=?utf-8?Q?fakt=C3=B3ra.pdf?="'], 'JVBERg=='),
        part('m', [...text, 'Content-Disposition: inline'], 'A second text'),
        part(
          'm',
          ['Content-Type: application/octet-stream', "Content-Disposition: attachment; filename*=utf-8''%C5%BC.bin"],
          '',
        ),
      ),
    ),
    attachments: ['image/png', 'application/pdf', 'application/octet-stream'],
  },
  'a forwarded message with files of its own': {
    raw: lines(
      from,
      multipart(
        'mixed',
        'm',
        part('m', text, 'See below'),
        part(
          'm',
          forwarded,
          `Subject: inner\r\n${multipart('mixed', 'n', part('n', text, 'Inner'), part('n', pdf, 'JVBERg=='))}`,
        ),
        part('m', pdf, 'JVBERg=='),
      ),
    ),
    attachments: ['message/rfc822', 'application/pdf'],
  },
  'a digest': {
    raw: lines(
      from,
      multipart('digest', 'd', part('d', [], 'Subject: 1\r\n\r\none'), part('d', [], 'Subject: 2\r\n\r\ntwo')),
    ),
    attachments: ['message/rfc822', 'message/rfc822'],
  },
  'a delivery report': {
    raw: lines(
      from,
      multipart(
        'report; report-type=delivery-status',
        'm',
        part('m', text, 'Failed'),
        part('m', ['Content-Type: message/delivery-status'], 'Action: failed'),
        part('m', forwarded, 'Subject: inner\r\n\r\nInner'),
      ),
    ),
    attachments: ['message/delivery-status', 'message/rfc822'],
  },
  'a signed mail': {
    raw: lines(
      from,
      multipart(
        'signed',
        's',
        part('s', text, 'Hello'),
        part('s', ['Content-Type: application/pkcs7-signature; name=smime.p7s'], 'x'),
      ),
    ),
    attachments: ['application/pkcs7-signature'],
  },
  'a mail that ends too early': {
    raw: lines(from, 'Content-Type: multipart/mixed; boundary=m', '', part('m', text, 'Hello'), part('m', pdf, 'JVBE')),
    attachments: ['application/pdf'],
  },
};

afterAll(() => closeMessageWorkers());

describe('attachments', () => {
  const login = 'anna@example.test';
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());

  it.each(Object.keys(shapes))('are equal from BODYSTRUCTURE, from the bytes and after opening: %s', async (name) => {
    const { raw, attachments } = shapes[name] ?? { raw: Buffer.alloc(0), attachments: [] };
    const uid = await dovecot.deliver(login, 'INBOX', Buffer.from(raw));
    const guard = new OutboundGuard({ allowPrivate: true });
    const server = { host: dovecot.host, port: dovecot.imapPort, security: 'none' } as const;
    const imap = await openMailbox(server, { login, password: dovecot.users[login] ?? '' }, { guard });
    await imap.open('INBOX');
    const described = await imap.described(uid);
    await imap.close();
    const expected = readHead(Buffer.from(raw), described!).attachments;
    const opened = await openMessage(Buffer.from(raw));
    expect(expected.map(({ contentType }) => contentType)).toEqual(attachments);
    expect(opened).toMatchObject({ parsed: true, complete: true });
    const names = (list: typeof expected) =>
      list.map(({ index, filename, contentType, inline, contentId }) => ({
        index,
        filename,
        contentType,
        inline,
        contentId,
      }));
    expect(names(opened.attachments)).toEqual(names(expected));
    expect(names(readHead(Buffer.from(raw)).attachments)).toEqual(names(expected));
  });
});

describe('an opened message', () => {
  it('has text, HTML and the bytes of its files', async () => {
    const raw = lines(
      from,
      multipart(
        'mixed',
        'm',
        part('m', [multipart('alternative', 'a', part('a', text, 'Zażółć'), part('a', html, '<p>Zażółć</p>'))]),
        part('m', [...pdf, 'Content-Disposition: attachment; filename="../../../etc/passwd"'], 'JVBERgD/'),
      ),
    );
    const opened = await openMessage(raw);
    expect(opened).toMatchObject({ text: 'Zażółć', html: '<p>Zażółć</p>', complete: true, parsed: true });
    expect(opened.attachments).toMatchObject([
      { index: 0, filename: 'passwd', contentType: 'application/pdf', size: 6, inline: false },
    ]);
    expect([...(opened.attachments[0]?.content ?? [])]).toEqual([0x25, 0x50, 0x44, 0x46, 0, 0xff]);
    expect(raw.length).toBeGreaterThan(0);
  });

  it('over a limit has the text of its beginning and no attachments, and is not complete', async () => {
    const raw = lines(from, multipart('mixed', 'm', part('m', text, 'Hello'), part('m', pdf, 'JVBERg==')));
    const cut = { parsed: true, complete: false, attachments: [] };
    for (const limits of [{ bytes: 100 }, { parts: 1 }, { depth: 0 }])
      expect(await openMessage(raw, limits)).toMatchObject({ ...cut, ...('depth' in limits ? {} : { text: 'Hello' }) });
    const many = lines(from, multipart('mixed', 'm', ...Array.from({ length: 5000 }, () => part('m', text, 'x'))));
    expect(await openMessage(many)).toMatchObject(cut);
  });

  it('is not parsed when it takes too long, and the next one is opened', async () => {
    const slow = lines(from, multipart('mixed', 'm', part('m', text, 'word '.repeat(2_000_000))));
    expect(await openMessage(slow, { timeMs: 1 })).toMatchObject({
      parsed: false,
      complete: false,
      text: null,
      attachments: [],
    });
    expect(await openMessage(lines(from, '', 'Hello'))).toMatchObject({ parsed: true, text: 'Hello' });
  });

  it.each([
    ['quoted-printable', `${' '.repeat(2_000_000)}x`],
    ['quoted-printable', '=\r'.repeat(1_000_000)],
    ['base64', `eA=${' '.repeat(1_000_000)}${'= '.repeat(200_000)}x`],
    ['base64', `eA=\n${'=\n'.repeat(500_000)}`],
  ])('is parsed in time although its %s is hostile', async (encoding, body) => {
    const raw = lines(from, ...text, `Content-Transfer-Encoding: ${encoding}`, '', body);
    expect(await openMessage(raw)).toMatchObject({ parsed: true });
  });

  it('never throws for bytes that are no message', async () => {
    for (const raw of [
      Buffer.alloc(0),
      Buffer.alloc(10_000, 0xff),
      Buffer.from('\0\0\0'),
      lines('Content-Type: multipart/mixed; boundary=x', '', '--x'),
    ])
      expect(await openMessage(raw)).toMatchObject({ attachments: [] });
  });

  describe('with HTML to show', () => {
    const shown = { images: false, attachmentsUrl: '/files' };
    /** Cleaning takes time that grows with the square of the nesting. */
    const nested = (times: number) => lines(from, ...html, '', `Hello${'<div>'.repeat(times)}Bye`);

    it('has it made safe, with the images of its own files', async () => {
      const image = part('r', ['Content-Type: image/png; name=l.png', 'Content-ID: <logo>'], 'x');
      const body = part('r', html, '<p onclick="x()">Hi<img src="cid:logo"><img src="https://far.example/a.png"></p>');
      const opened = await openMessage(lines(from, multipart('related', 'r', body, image)), { shown });
      expect(opened.html).toBe('<p>Hi<img alt="" src="/files/0" referrerpolicy="no-referrer" /><span></span></p>');
    });

    it('has the text of HTML that takes too long', async () => {
      expect(await openMessage(nested(300_000), { shown, timeMs: 1000 })).toMatchObject({
        parsed: true,
        complete: false,
        html: null,
        text: expect.stringMatching(/^Hello\s*Bye$/) as unknown,
      });
    });

    it('does not keep the messages of another caller waiting', async () => {
      const ended: string[] = [];
      const opening = (caller: string, raw: Buffer) =>
        openMessage(raw, { shown, caller, timeMs: 5000 }).then(() => ended.push(caller));
      const hostile = [opening('hostile', nested(100_000)), opening('hostile', nested(100_000))];
      await opening('other', lines(from, '', 'Hello'));
      expect(ended).toEqual(['other']);
      await Promise.all(hostile);
    });
  });

  it('does not block the main thread', async () => {
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 1);
    await openMessage(
      lines(from, ...text, 'Content-Transfer-Encoding: quoted-printable', '', 'line =3D\r\n'.repeat(200_000)),
    );
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(5);
  });
});

describe('the words for search', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mailroom-search-text-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  async function searchWords(raw: Buffer): Promise<string> {
    const [file, name, key] = [join(dir, randomUUID()), randomUUID(), randomBytes(32)];
    const [place] = await writePackFile(file, [{ raw, name, key }]);
    const hash = createHash('sha256').update(raw).digest('hex');
    const found = await searchWordsOfBlob({ ...place!, file, key, hash });
    expect(found.state).toBe('read');
    return found.words.toString();
  }

  it('is missing for a blob that is missing or damaged', async () => {
    const blob = { file: join(dir, 'absent'), at: 0, size: 200, name: 'x', key: randomBytes(32), hash: '' };
    expect(await searchWordsOfBlob(blob)).toEqual({ words: NO_WORDS, state: 'missing' });
    await writeFile(join(dir, 'zeros'), Buffer.alloc(200));
    expect(await searchWordsOfBlob({ ...blob, file: join(dir, 'zeros') })).toEqual({
      words: NO_WORDS,
      state: 'missing',
    });
  });

  it('is not known while the blob store does not answer', async () => {
    const blob = { file: dir, at: 0, size: 200, name: 'x', key: randomBytes(32), hash: '' };
    await expect(searchWordsOfBlob(blob)).rejects.toMatchObject({ reason: 'blob-store-fails', kind: 'unavailable' });
  });

  const mail = (plain: string, inHtml: string) =>
    lines(from, multipart('alternative', 'a', part('a', text, plain), part('a', html, inHtml)));

  it('are those of the plain text and of the HTML, placed in their order', async () => {
    const found = await searchWords(mail('two plain words again', '<style>x</style><p>Łódź &amp; two words</p>'));
    expect(found).toBe("'two':1 'plain':2 'words':3 'again':4 'lodz':6");
    expect(await searchWords(mail('hint', '<p>a <b>l</b>ong text</p>'))).toBe("'a':1 'long':2 'text':3 'hint':5");
    expect(await searchWords(lines(from, ...pdf, '', 'JVBERg=='))).toBe('');
  });

  it('are those of a megabyte of text, also encoded, without half a word of a character', async () => {
    const filling = 'więcej '.repeat(120_000);
    const raw = (words: string) => {
      const encoded = Buffer.from(words).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
      return lines(from, ...text, 'Content-Transfer-Encoding: base64', '', encoded);
    };
    expect(await searchWords(raw(`${filling} quince`))).toContain("'quince'");
    expect(await searchWords(raw(`${filling.repeat(2)} quince`))).not.toContain('quince');
    expect(await searchWords(raw(`a${'ż'.repeat(600_000)}`))).toBe(`'a${'z'.repeat(63)}':1`);
  });
});
