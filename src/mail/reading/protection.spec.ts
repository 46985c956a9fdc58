import { deflateSync } from 'node:zlib';
import { Constructed, type BaseBlock, Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { readCms } from './cms.js';
import { readHead } from './message-head.js';
import { closeMessageWorkers, openMessage } from './message.js';
import { searchTexts } from './message-worker.js';
import { inlinePgp, NOTICES, withoutArmor } from './protection.js';

afterAll(() => closeMessageWorkers());

const SIGNED = '1.2.840.113549.1.7.2';
const ENVELOPED = '1.2.840.113549.1.7.3';
const COMPRESSED = '1.2.840.113549.1.9.16.1.9';
const DATA = '1.2.840.113549.1.7.1';

const tagged = (value: BaseBlock): Constructed =>
  new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] as never });
const cms = (type: string, content: Uint8Array): Buffer =>
  Buffer.from(
    new Sequence({
      value: [
        new ObjectIdentifier({ value: type }),
        tagged(
          new Sequence({
            value: [
              new Integer({ value: 0 }),
              new Sequence({ value: [] }),
              new Sequence({
                value: [
                  new ObjectIdentifier({ value: DATA }),
                  tagged(new OctetString({ valueHex: Uint8Array.from(content).buffer })),
                ],
              }),
            ],
          }),
        ),
      ],
    }).toBER(),
  );
const smime = (bytes: Buffer, parameters = '', name = 'smime.p7m'): Buffer =>
  Buffer.from(
    [
      'From: a@firm.test',
      `Content-Type: application/pkcs7-mime; name="${name}"${parameters}`,
      'Content-Transfer-Encoding: base64',
      '',
      bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
      '',
    ].join('\r\n'),
  );
const text = (body: string): Buffer => Buffer.from(`Content-Type: text/plain\r\n\r\n${body}`);

describe('S/MIME', () => {
  it('shows compressed content, also signed within it', async () => {
    const compressed = cms(COMPRESSED, deflateSync(text('Packed')));
    expect(await openMessage(smime(compressed))).toMatchObject({ text: 'Packed', protection: null, attachments: [] });
    const inner = cms(COMPRESSED, deflateSync(smime(cms(SIGNED, text('Packed and signed')))));
    expect(await openMessage(smime(inner))).toMatchObject({ text: 'Packed and signed', protection: 'signed' });
  });

  it('shows a notice for encrypted content, also within a signature, and lists the file', async () => {
    const encrypted = smime(cms(ENVELOPED, Buffer.from('secret')));
    const expected = { text: NOTICES.encrypted, protection: 'encrypted' };
    for (const raw of [encrypted, smime(cms(SIGNED, encrypted))]) {
      const opened = await openMessage(raw);
      expect(opened).toMatchObject(expected);
      expect(opened.attachments.map(({ filename }) => filename)).toEqual(['smime.p7m']);
      expect(readHead(raw).preview).toBe(NOTICES.encrypted);
      expect(searchTexts({ raw, maxBytes: 1000 })).toEqual(['', '']);
    }
  });

  it('believes the label when the content cannot be parsed', async () => {
    const broken = Buffer.from('3080', 'hex');
    expect(await openMessage(smime(broken, '; smime-type=enveloped-data'))).toMatchObject({ protection: 'encrypted' });
    expect(await openMessage(smime(broken, '; smime-type=signed-data'))).toMatchObject({
      text: NOTICES.signed,
      protection: 'signed',
    });
    expect(await openMessage(smime(broken))).toMatchObject({ text: null, protection: null });
  });

  it.each([
    ['with another name', smime(cms(SIGNED, Buffer.from('<xml/>')), '', 'invoice.xml.p7m')],
    ['without a message in it', smime(cms(SIGNED, Buffer.from('<xml/>')))],
  ])('leaves a signed file %s as it is', async (_, raw) => {
    const { attachments, protection } = await openMessage(raw);
    expect([attachments.length, protection]).toEqual([1, null]);
  });

  it('does not inflate without bounds, nor descend without end', async () => {
    expect(readCms(cms(COMPRESSED, deflateSync(Buffer.alloc(40 * 1024 * 1024))))).toBeUndefined();
    let raw = text('Core');
    for (let n = 0; n < 10; n++) raw = smime(cms(SIGNED, raw));
    const { attachments, protection } = await openMessage(raw);
    expect(protection).toBe('signed');
    expect(attachments).toHaveLength(1);
    expect(readCms(Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from('3080', 'hex'))))).toBeUndefined();
  });
});

describe('PGP within a text', () => {
  const line = (name: string): string => `-----${name}-----`;
  it('is told from a quotation of it', () => {
    const quoted = `> ${line('BEGIN PGP SIGNED MESSAGE')}\n> Hash: SHA1`;
    expect(inlinePgp(quoted)).toEqual({ text: quoted, protection: null });
  });

  it('shows its bounds in the text, and is searched without its armor', () => {
    const signed = [line('BEGIN PGP SIGNED MESSAGE'), 'Hash: SHA1', '', 'Text', '- -- ', line('BEGIN PGP SIGNATURE')];
    const whole = ['Before', ...signed, 'iQEzBAEB', '=abcd', line('END PGP SIGNATURE'), 'After'].join('\n');
    expect(inlinePgp(whole)).toEqual({ text: whole, protection: 'signed' });
    expect(withoutArmor(whole)).toBe('Before\nText\n-- \nAfter');
    const open = [...signed, 'Pay to this account!'].join('\n');
    expect(withoutArmor(open)).toBe('Text\n-- \nPay to this account!');
    const headless = [line('BEGIN PGP SIGNED MESSAGE'), 'Hash: SHA1', 'No empty line'].join('\n');
    expect(withoutArmor(headless)).toBe('No empty line');
    expect(readHead(text(signed.join('\r\n'))).preview).toBe('Text --');
  });

  it('counts in HTML without a text', async () => {
    const html = (name: string): Buffer =>
      Buffer.from(`Content-Type: text/html\r\n\r\n<pre>${line(`BEGIN PGP ${name}`)}\r\nx</pre>`);
    expect(await openMessage(html('SIGNED MESSAGE'))).toMatchObject({ protection: 'signed' });
    expect(await openMessage(html('MESSAGE'))).toMatchObject({ protection: 'encrypted' });
  });

  it('is searched without its encrypted block', () => {
    const block = [line('BEGIN PGP MESSAGE'), 'Version: 1', '', 'hQEMA2rUy0', '=abcd', line('END PGP MESSAGE')];
    const raw = text(['Before', ...block, 'After it'].join('\r\n'));
    expect(searchTexts({ raw, maxBytes: 1000 })[0].split(/\s+/)).toEqual(['Before', 'After', 'it']);
  });
});
