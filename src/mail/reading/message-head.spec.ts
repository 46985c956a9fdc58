import fc from 'fast-check';
import { readHead } from './message-head.js';

const head = (raw: string | Buffer) => readHead(Buffer.from(raw));
const withHeaders = (...lines: string[]) => head(`${lines.join('\r\n')}\r\n\r\nbody`);

const full = `Return-Path: <ben@example.org>
From: =?utf-8?Q?=C5=81ukasz_Nowak?= <ben@example.org>
To: "Nowak, Anna" <anna@example.test>, team: a@example.test, B <b@example.test>;
Cc: c@example.test
Reply-To: replies@example.org
Subject: =?utf-8?B?WmHFvMOzxYLEhyA=?=
 =?utf-8?B?Z8SZxZtsxIU=?=
Date: Fri, 3 May 2024 10:00:00 +0200 (CEST)
Message-ID: <1@example.org>
In-Reply-To: <0@example.org>
References: <root@example.org>
	<0@example.org>

Dear Anna,

  this is   the text.
`.replaceAll('\n', '\r\n');

describe('the head of a message', () => {
  it('is read from its bytes', () => {
    expect(head(full)).toEqual({
      messageId: '<1@example.org>',
      inReplyTo: '<0@example.org>',
      references: ['<root@example.org>', '<0@example.org>'],
      from: { name: 'Łukasz Nowak', address: 'ben@example.org' },
      to: [
        { name: 'Nowak, Anna', address: 'anna@example.test' },
        { name: '', address: 'a@example.test' },
        { name: 'B', address: 'b@example.test' },
      ],
      cc: [{ name: '', address: 'c@example.test' }],
      replyTo: [{ name: '', address: 'replies@example.org' }],
      people: [
        ...['ben@example.org', 'anna@example.test', 'a@example.test', 'b@example.test', 'c@example.test'],
        'replies@example.org',
      ],
      subject: 'Zażółć gęślą',
      date: '2024-05-03T08:00:00.000Z',
      preview: 'Dear Anna, this is the text.',
      attachments: [],
      automatic: null,
      parsed: true,
    });
  });

  it('takes from the envelope only the fields that the bytes lack', () => {
    const envelope = {
      subject: 'described',
      messageId: '<described@x>',
      date: new Date('2024-01-01T00:00:00Z'),
      from: [{ name: 'Described', address: 'described@x' }],
      to: [{ address: 'to@x' }, { name: 'nobody' }],
    };
    const raw = Buffer.from('Subject: written\r\nCc: written@x\r\n\r\n');
    expect(readHead(raw, { envelope, structure: null })).toMatchObject({
      subject: 'written',
      messageId: '<described@x>',
      date: '2024-01-01T00:00:00.000Z',
      from: { name: 'Described', address: 'described@x' },
      to: [
        { name: '', address: 'to@x' },
        { name: 'nobody', address: '' },
      ],
      cc: [{ name: '', address: 'written@x' }],
    });
  });

  it.each([
    ['windows-1250', Buffer.from([0x9c, 0xbf, 0xf3, 0xb3]), 'śżół'],
    ['iso-8859-2', Buffer.from([0xb6, 0xbf, 0xf3, 0xb3]), 'śżół'],
    ['koi8-r', Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]), 'Привет'],
    ['gb18030', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), '你好'],
    ['iso-2022-jp', Buffer.from('\x1b$B$3$s$K$A$O\x1b(B', 'latin1'), 'こんにちは'],
    ['utf-8', Buffer.from('zażółć'), 'zażółć'],
    ['x-unknown', Buffer.from('zażółć'), 'zażółć'],
    ['us-ascii', Buffer.from([0xe9, 0x74, 0xe9]), 'été'],
  ])('is read in %s: encoded words, raw header bytes, quoted-printable and base64', (charset, bytes, text) => {
    const word = `=?${charset}?B?${bytes.toString('base64')}?=`;
    const encodings: [string, Buffer][] = [
      ['8bit', bytes],
      ['base64', Buffer.from(bytes.toString('base64'))],
      [
        'quoted-printable',
        Buffer.from([...bytes].map((byte) => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('=\r\n')),
      ],
    ];
    for (const [encoding, body] of encodings) {
      const headers = `X: y\r\nContent-Type: text/plain; charset="${charset}"\r\nContent-Transfer-Encoding: ${encoding}\r\nComments: `;
      const raw = Buffer.concat([
        Buffer.from(headers),
        bytes,
        Buffer.from('\r\nSubject: '),
        bytes,
        Buffer.from('\r\n\r\n'),
        body,
      ]);
      expect(head(raw).preview).toBe(text);
      if (charset !== 'iso-2022-jp') expect(head(raw).subject).toBe(text);
    }
    if (!/unknown|ascii/.test(charset)) expect(withHeaders(`Subject: ${word}`).subject).toBe(text);
  });

  it('previews the text of an HTML mail, and prefers a text part that is not empty', () => {
    const html =
      '<html><head><title>T</title><style>p{a:b}</style></head><body><!-- c --><p>Cze&#347;&cacute; &amp;<br>dzie&nbsp;dobry</p>';
    expect(head(`Content-Type: text/html\r\n\r\n${html}`).preview).toBe('Cześć & dzie dobry');
    const alternative = (text: string) =>
      `Content-Type: multipart/alternative; boundary="b b"\r\n\r\n--b b\r\n\r\n${text}\r\n--b b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b b--\r\n`;
    expect(head(alternative('plain words')).preview).toBe('plain words');
    expect(head(alternative('  \r\n')).preview).toBe('Cześć & dzie dobry');
    expect(head(`Subject: x\r\n\r\n${'ż'.repeat(500)}`).preview).toBe('ż'.repeat(200));
    expect(head(`Subject: x\r\n\r\n${'😀'.repeat(300)}`).preview.isWellFormed()).toBe(true);
  });

  it('uses the header block and 32 KiB of the body only', () => {
    const far = `${' '.repeat(33 * 1024)}too far`;
    expect(head(`Subject: x\r\n\r\n${far}`).preview).toBe('');
    const half = `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
    const raw = Buffer.from(half + Buffer.from('żółć '.repeat(20_000)).toString('base64'));
    expect(head(raw.subarray(0, 5000)).preview).toMatch(/^żółć żółć/);
  });

  it.each([
    ['Auto-Submitted: auto-replied', 'auto-submitted'],
    ['Auto-Submitted: auto-generated; owner-email="a@b"', 'auto-submitted'],
    ['Auto-Submitted: No', null],
    ['List-Id: <news.example.org>', 'mailing-list'],
    ['List-Unsubscribe: <mailto:leave@example.org>', 'mailing-list'],
    ['Precedence: bulk', 'bulk'],
    ['precedence:LIST', 'bulk'],
    ['Precedence: junk', 'bulk'],
    ['Precedence: first-class', null],
    ['Return-Path: < >', 'null-return-path'],
    ['Return-Path: <a@b>', null],
    ['Precedence: auto_reply', 'auto-submitted'],
    ['X-Autoreply: yes', 'auto-submitted'],
    ['X-Autorespond: I am away', 'auto-submitted'],
    ['X-Auto-Response-Suppress: All', 'auto-submitted'],
    ['X-Auto-Response-Suppress: DR, OOF, AutoReply', 'auto-submitted'],
    ['Content-Type: multipart/report; report-type=delivery-status; boundary=b', 'report'],
    ['Content-Type: multipart/report; report-type=disposition-notification; boundary=b', 'auto-submitted'],
    ['X-Failed-Recipients: lee@shop.example', 'report'],
    ['Content-Type: text/calendar; method=REPLY', 'auto-submitted'],
    ['Content-Type: text/calendar; method=REQUEST', null],
    ['List-Post: <mailto:list@example.test>', 'mailing-list'],
    ['Feedback-ID: 17:bulk:shop', 'bulk'],
    ['X-Spam-Flag: YES', 'bulk'],
    ['X-Spam-Flag: NO', null],
  ] as const)('gives the kind of automatic mail by %j: %s', (line, automatic) => {
    expect(withHeaders('From: a@b', line).automatic).toBe(automatic);
  });

  it('has identifiers in angle brackets, and at most 100 references', () => {
    const many = Array.from({ length: 400 }, (_, i) => `<${i}@x>`);
    const { references } = withHeaders(`References: ${many.join('\r\n ')}`);
    expect(references).toHaveLength(100);
    expect([references[0], references.at(-1)]).toEqual(['<0@x>', '<399@x>']);
    expect(withHeaders('Message-ID: bare@x').messageId).toBe('<bare@x>');
    expect(withHeaders('Message-ID: not an id').messageId).toBeNull();
    expect(withHeaders('In-Reply-To: Your message of Friday <7@x>').inReplyTo).toBe('<7@x>');
    expect(withHeaders('In-Reply-To: Your message of <Friday, 7 March>').inReplyTo).toBeNull();
    expect(withHeaders('Message-ID: 7@x (from the queue)').messageId).toBe('<7@x>');
  });

  it('takes folded identifiers, several parents, and the end of a long field with ancestors', () => {
    expect(withHeaders('References: <a-long\r\n one@x> <2@x>').references).toEqual(['<a-longone@x>', '<2@x>']);
    expect(withHeaders('References: <1@x>\r\nIn-Reply-To: <2@x> <3@x>')).toMatchObject({
      inReplyTo: '<2@x>',
      references: ['<1@x>', '<3@x>'],
    });
    const long = Array.from({ length: 9000 }, (_, n) => `<${n}@ancestors.example>`).join('\r\n ');
    expect(withHeaders(`References: ${long}`).references.at(-1)).toBe('<8999@ancestors.example>');
  });

  it('has fields of bounded length without control characters', () => {
    const long = withHeaders(
      `Subject: a\u0000\u0007b\u2028${'x'.repeat(5000)}`,
      `From: "${'n'.repeat(900)}" <a@b>`,
      `To: ${Array.from({ length: 900 }, (_, i) => `p${i}@example.org`).join(',')}`,
      'Date: 99999 nonsense',
    );
    expect(long.subject).toMatch(/^a b x+$/);
    expect(long.subject.length).toBe(1000);
    expect(long.from?.name.length).toBe(200);
    expect(long.to).toHaveLength(500);
    expect(long.date).toBeNull();
  });

  it('numbers attachments in the order of the bytes, from the bytes and from BODYSTRUCTURE', () => {
    const raw = `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: application/pdf; name="=?utf-8?Q?z=C5=82y.pdf?="\r\nContent-Disposition: attachment; filename*0*=utf-8''z%C5%82; filename*1="oty.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(
      57 * 10,
    )
      .toString('base64')
      .replace(
        /.{76}/g,
        '$&\r\n',
      )}--b\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline; filename="C:\\\\temp\\\\..\\\\logo.png"\r\n\r\nPNG\r\n--b--`;
    const attachments = [
      { index: 0, filename: 'złoty.pdf', contentType: 'application/pdf', inline: false, contentId: null },
      { index: 1, filename: 'logo.png', contentType: 'image/png', size: 3, inline: true, contentId: 'logo@x' },
    ];
    expect(head(raw).attachments).toMatchObject(attachments);
    expect(Math.abs((head(raw).attachments[0]?.size ?? 0) - 570)).toBeLessThan(5);
    const structure = {
      type: 'multipart/mixed',
      childNodes: [
        { type: 'text/plain' },
        { type: 'message/rfc822', childNodes: [{ type: 'image/gif' }] },
        { type: 'multipart/mixed' },
      ],
    };
    expect(readHead(Buffer.from(raw), { envelope: null, structure }).attachments).toMatchObject([
      { index: 0, contentType: 'message/rfc822' },
    ]);
  });

  it.each([Buffer.alloc(0), Buffer.from('\r\n\r\n'), Buffer.from('no header here'), Buffer.alloc(5000, 0xff)])(
    'is not parsed from bytes that are no message (%#)',
    (raw) => {
      expect(readHead(raw)).toMatchObject({ parsed: false, from: null, subject: '', preview: '' });
    },
  );

  it('is clean, bounded text for any bytes, and reading never throws', () => {
    const fields = [
      'From: ',
      'Subject: ',
      'To: ',
      'Date: ',
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: text/html',
    ];
    const signs = [
      '--b',
      '--b--',
      '\r\n',
      '\r\n\r\n',
      '=?utf-8?B?',
      '?=',
      '<',
      '>',
      '"',
      ';',
      ',',
      '\u0000',
      '&#0;',
      '<style',
      '=\r\n',
      '\t',
      ' ',
    ];
    const fragment = fc.constantFrom(...fields, ...signs);
    const bytes = fc.oneof(
      fragment.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 20 }).map((part) => Buffer.from(part)),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 40 }), (parts) => {
        const read = readHead(Buffer.concat(parts));
        expect(JSON.stringify(read)).not.toMatch(/\\u00[01]|\\ud[89a-f]/);
        expect(read.preview.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 500 },
    );
  });

  it('takes less than a second of CPU time also for hostile bytes', () => {
    const nested = (depth: number): string =>
      Array.from({ length: depth }, (_, n) => 'b'.repeat(n + 1))
        .map((boundary) => `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n`)
        .join('');
    const hostile = [
      `Subject: ${'=?utf-8?Q?'.repeat(20_000)}`,
      `Subject: x\r\n\r\n${' '.repeat(40_000)}=`,
      `Content-Type: text/html\r\n\r\n${'<style>'.repeat(5000)}${'<!--'.repeat(5000)}`,
      `Content-Type: text/html\r\n\r\n${'<'.repeat(40_000)}`,
      `Content-Type: text/plain${';a="'.repeat(5000)}`,
      `Content-Type: text/plain; ${'('.repeat(10_000)}`,
      `${'content-type: x\r\n '.repeat(10_000)}\xff`,
      `To: ${'<"(,;:'.repeat(10_000)}`,
      `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'= '.repeat(20_000)}${' '.repeat(10_000)}`,
      Array.from({ length: 60 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(''),
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(20_000)}`,
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b'.repeat(700_000)}`,
      `${nested(50)}${`x--${'b'.repeat(50)}`.repeat(35_000)}`,
      `${nested(50)}${`\n--${'b'.repeat(51)}`.repeat(35_000)}`,
      `${nested(50)}${'-'.repeat(1_900_000)}`,
    ];
    for (const text of hostile) {
      const before = process.cpuUsage();
      head(Buffer.from(text, 'latin1'));
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(1);
    }
  });
});
