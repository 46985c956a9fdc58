import { randomBytes } from 'node:crypto';
import { tnefFile, uncompressedRtf } from '../../../test/tnef-file.js';
import { bodyOf } from './body.js';
import { readHead } from './message-head.js';
import { closeMessageWorkers, openMessage } from './message.js';
import { readOpenedParts } from './opened-files.js';
import { rtfBody } from './rtf-body.js';
import { readTnef } from './tnef.js';

afterAll(() => closeMessageWorkers());

const RTF = "{\\rtf1\\ansi\\ansicpg1250\\deff0{\\fonttbl{\\f0 Arial;}}Za\\'bf\\'f3\\'b3\\'e6\\par Second line\\par }";
const HTML_IN_RTF =
  "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\*\\htmltag64 <p>}Price \\'80 5{\\*\\htmltag72 </p>}\\htmlrtf \\par\\htmlrtf0 }";

/** A mail of Outlook: perhaps a text, then the winmail.dat, then another file. */
function mail(tnef: Buffer, { text, type = 'application/ms-tnef' }: { text?: string; type?: string } = {}): Buffer {
  const file = (contentType: string, name: string, bytes: Buffer): string[] => [
    `Content-Type: ${contentType}`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
  ];
  const parts = [
    ...(text === undefined ? [] : [['Content-Type: text/plain', '', text]]),
    file(type, 'winmail.dat', tnef),
    file('application/pdf', 'last.pdf', Buffer.from('%PDF')),
  ];
  return Buffer.from(
    ['Subject: x', 'Content-Type: multipart/mixed; boundary=b', '']
      .concat(
        parts.flatMap((part) => ['--b', ...part]),
        '--b--',
        '',
      )
      .join('\r\n'),
  );
}

describe('a winmail.dat', () => {
  it.each(['application/ms-tnef', 'application/vnd.ms-tnef', 'application/octet-stream'])(
    'of type %s is replaced by its files, and no index moves',
    async (type) => {
      const tnef = tnefFile({
        files: [
          { title: 'ZA~1.TXT', longFilename: 'Zażółć.txt', content: Buffer.from('one') },
          { title: 'logo.png', contentId: 'logo@firm', content: Buffer.from('two') },
          { title: 'deck.bin', contentType: 'application/x-deck', content: Buffer.from('three') },
        ],
      });
      const raw = mail(tnef, { text: 'Hello', type });
      const { attachments, unlisted, text } = await openMessage(raw);
      const named = attachments.map(({ index, filename, contentType, inline }) => [
        index,
        filename,
        contentType,
        inline,
      ]);
      expect(named).toEqual([
        [1, 'last.pdf', 'application/pdf', false],
        [2, 'Zażółć.txt', 'text/plain', false],
        [3, 'logo.png', 'image/png', true],
        [4, 'deck.bin', 'application/x-deck', false],
      ]);
      expect(attachments.map(({ content }) => Buffer.from(content).toString())).toEqual([
        '%PDF',
        'one',
        'two',
        'three',
      ]);
      expect(unlisted.map(({ index, filename }) => [index, filename])).toEqual([[0, 'winmail.dat']]);
      expect(Buffer.from(unlisted[0]!.content).equals(tnef)).toBe(true);
      expect(text).toBe('Hello');
      expect(readHead(raw).attachments.map(({ index, filename }) => [index, filename])).toEqual(
        named.map(([index, filename]) => [index, filename]),
      );
    },
  );

  it.each([
    ['HTML', tnefFile({ html: '<p>Zażółć</p>', plain: 'Zażółć' }), { html: '<p>Zażółć</p>', text: 'Zażółć' }],
    ['RTF', tnefFile({ rtf: uncompressedRtf(RTF) }), { html: null, text: 'Zażółć\nSecond line\n' }],
    ['HTML in RTF', tnefFile({ rtf: uncompressedRtf(HTML_IN_RTF) }), { html: '<p>Price € 5</p>', text: null }],
    ['text', tnefFile({ plain: 'Only text' }), { html: null, text: 'Only text' }],
    ['text beside broken RTF', tnefFile({ rtf: Buffer.from('no RTF'), plain: 'Text' }), { html: null, text: 'Text' }],
  ])('shows its %s in a message without other text', async (_, tnef, body) => {
    expect(await openMessage(mail(tnef))).toMatchObject(body);
    expect(await openMessage(mail(tnef, { text: ' \r\n' }))).toMatchObject(body);
    expect(await openMessage(mail(tnef, { text: 'Mine' }))).toMatchObject({ html: null, text: 'Mine' });
    expect(readHead(mail(tnef)).preview).not.toBe('');
  });

  it('shows the text and the files of a message within it', async () => {
    const inner = tnefFile({
      subject: 'Order 7',
      plain: 'Inner text',
      files: [{ title: 'a.txt', content: Buffer.from('a') }],
    });
    const { text, attachments } = await openMessage(
      mail(tnefFile({ plain: 'Outer text', files: [{ message: inner }] })),
    );
    expect(text).toMatch(/^Outer text\n[^]*Subject: Order 7\n[^]*Inner text$/);
    expect(attachments.map(({ filename }) => filename)).toEqual(['last.pdf', 'a.txt']);
  });

  it('that is none can be downloaded like any file', async () => {
    const { attachments, unlisted } = await openMessage(mail(Buffer.from('no TNEF at all')));
    expect(attachments.map(({ index, filename }) => [index, filename])).toEqual([
      [0, 'winmail.dat'],
      [1, 'last.pdf'],
    ]);
    expect(unlisted).toEqual([]);
  });

  it('is read up to its end or its first fault', () => {
    const whole = tnefFile({
      subject: 's',
      html: '<p>h</p>',
      rtf: uncompressedRtf(RTF),
      files: [{ title: 'a.txt', longFilename: 'a.txt', content: Buffer.from('a') }],
    });
    for (let end = 0; end < whole.length; end++) {
      readTnef(whole.subarray(0, end));
      const changed = Buffer.from(whole);
      changed[end] = 0xff;
      bodyOf(Buffer.alloc(0), readOpenedParts(mail(changed)).root);
    }
    for (let n = 0; n < 200; n++) readTnef(Buffer.concat([whole.subarray(0, 6), randomBytes(500)]));
  });
});

describe('hostile RTF', () => {
  const header = (rtf: Buffer, fileSize: number): Buffer => {
    const bytes = Buffer.concat([Buffer.alloc(16), rtf]);
    bytes.writeUInt32LE(fileSize);
    bytes.write('LZFu', 8, 'latin1');
    return bytes;
  };

  it.each([
    ['that claims gigabytes', header(Buffer.from('abc'), 0x7fffffff)],
    ['that claims a negative length', header(Buffer.from('abc'), 0xffffffff)],
    ['with 100,000 open groups', uncompressedRtf(`{\\rtf1 ${'{'.repeat(100_000)}`)],
    ['with a gigabyte of binary data to come', uncompressedRtf('{\\rtf1 \\bin1000000000 abc}')],
    ['with 300,000 lines', uncompressedRtf(`{\\rtf1 ${'a\n'.repeat(300_000)}}`)],
    ['with broken escapes', uncompressedRtf(`{\\rtf1 ${"\\'zz".repeat(100_000)}}`)],
    ['with 300,000 groups side by side', uncompressedRtf(`{\\rtf1 ${'{\\b x}'.repeat(300_000)}}`)],
    ['of an unknown version', uncompressedRtf('{\\rtf9 text}')],
    ['that is cut', uncompressedRtf(RTF).subarray(0, 60)],
  ])('%s is read within the limits or not at all', (_, rtf) => {
    const { text, html } = rtfBody(rtf);
    expect(html).toBeNull();
    expect((text ?? '').length).toBeLessThan(1_000_000);
  });

  it('of an old Macintosh is read in its charset', () => {
    expect(rtfBody(uncompressedRtf("{\\rtf1\\mac Caf\\'8e}"))).toEqual({ text: 'Café', html: null });
  });

  it('hides no text: pictures, fonts and properties are left out', () => {
    const rtf = '{\\rtf1\\ansi{\\info{\\title T}}{\\fonttbl{\\f0 Arial;}}before {\\pict\\wmetafile8 0102abcd}after}';
    expect(rtfBody(uncompressedRtf(rtf))).toEqual({ text: 'before after', html: null });
  });
});
