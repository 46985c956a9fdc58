import { messageReceived } from '../../test/examples/message-facts.js';
import { recorded } from '../../test/examples/recorded.js';
import { jsonOf, MailboxOverHttp } from '../../test/mailbox-over-http.js';
import { tnefFile } from '../../test/tnef-file.js';
import { DownloadAttachmentEndpoint, DownloadAttachmentHandler } from './download-attachment.js';
import { DownloadMessageEndpoint, DownloadMessageHandler } from './download-message.js';
import { OpenMessageEndpoint, OpenMessageHandler } from './open-message.js';

const id = (n: number): string => String(n).padStart(32, '0');
const [LETTER, ERASED, DAMAGED, MISSING, OURS, TANGLED, WINMAIL, SIGNED] = [1, 2, 3, 4, 5, 6, 7, 8].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

const letter = [
  'From: Dora <dora@customer.example>',
  'To: info@acme.example',
  'Subject: Order 7',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=outer',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary=inner',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Where is my order?',
  '--inner',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="steal()">Where is <b>my</b> order?</p><script>steal()</script><img src="cid:logo"><img src="https://tracker.example/1.png">',
  '--inner--',
  '--outer',
  'Content-Type: image/png',
  'Content-ID: <logo>',
  'Content-Disposition: inline; filename=logo.png',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--outer',
  'Content-Type: text/html; charset=utf-8',
  "Content-Disposition: attachment; filename*=UTF-8''%C5%BB%C3%B3%C5%82%C4%87%20%22x%22.html",
  '',
  '<script>alert(1)</script>',
  '--outer--',
  '',
].join('\r\n');

/** More levels than any mail program nests. */
const tangled = [
  'Subject: x',
  ...Array.from({ length: 300 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}`),
  '',
].join('\r\n');

const tnef = tnefFile({ html: '<p>Dear Acme</p>', files: [{ title: 'a.txt', content: Buffer.from('one') }] });
const winmail = [
  'Subject: x',
  'Content-Type: application/ms-tnef; name=winmail.dat',
  'Content-Transfer-Encoding: base64',
  '',
  tnef.toString('base64'),
].join('\r\n');

const signed = [
  'Subject: x',
  'Content-Type: multipart/signed; boundary=s',
  '',
  '--s',
  'Content-Type: text/plain',
  '',
  'Signed text',
  '--s',
  'Content-Type: application/pgp-signature; name=signature.asc',
  '',
  'x',
  '--s--',
].join('\r\n');

let mailbox: MailboxOverHttp;
beforeAll(async () => {
  mailbox = await MailboxOverHttp.open({
    endpoints: [OpenMessageEndpoint, DownloadMessageEndpoint, DownloadAttachmentEndpoint],
    handlers: [OpenMessageHandler, DownloadMessageHandler, DownloadAttachmentHandler],
  });
  const hash = await mailbox.keep(LETTER, letter);
  for (const other of [ERASED, DAMAGED, OURS]) await mailbox.keep(other, letter);
  const hashOfTangled = await mailbox.keep(TANGLED, tangled);
  await mailbox.keep(MISSING, letter);
  await mailbox.under.deliver(
    recorded([
      ...[LETTER, ERASED, DAMAGED].map((messageId) => messageReceived({ messageId, hash, threadId: 'thread' })),
      messageReceived({ messageId: MISSING, hash: '0'.repeat(64) }),
      messageReceived({ messageId: OURS, hash, accountId: 'sales' }),
      messageReceived({
        messageId: WINMAIL,
        hash: await mailbox.keep(WINMAIL, winmail),
        attachments: [
          {
            index: 0,
            filename: 'winmail.dat',
            contentType: 'application/ms-tnef',
            size: 1,
            inline: false,
            contentId: null,
          },
        ],
      }),
      messageReceived({ messageId: SIGNED, hash: await mailbox.keep(SIGNED, signed) }),
      messageReceived({
        messageId: TANGLED,
        hash: hashOfTangled,
        parsed: false,
        subject: '',
        preview: '',
        attachments: [],
      }),
    ]),
  );
  await mailbox.erase(ERASED);
  await mailbox.damage(DAMAGED);
});
afterAll(() => mailbox.close());

const reasonOf = async (url: string, caller?: Parameters<MailboxOverHttp['get']>[1]): Promise<[number, unknown]> => {
  const answer = await mailbox.get(url, caller);
  return [answer.status, jsonOf(answer).reason];
};

describe('a message', () => {
  it('is opened with text, safe HTML and attachments', async () => {
    const answer = await mailbox.get(`/api/messages/${LETTER}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-position')).toMatch(/^\d{20}$/);
    const { html, ...rest } = jsonOf(answer) as { html: string };
    expect(rest).toMatchObject({
      id: LETTER,
      subject: 'Order 7',
      parsed: true,
      content: 'complete',
      protection: null,
      imagesRemoved: true,
      text: expect.stringContaining('Where is my order?'),
      attachments: [
        { index: 0, filename: 'logo.png', contentType: 'image/png', size: 8, inline: true },
        { index: 1, contentType: 'text/html', inline: false },
      ],
    });
    expect(html).toContain('<b>my</b>');
    expect(html).toContain(`src="/api/messages/${LETTER}/attachments/0"`);
    expect(html).not.toMatch(/script|steal|tracker/);
  });

  it('loads images from other servers only on request', async () => {
    const { html, imagesRemoved } = jsonOf(await mailbox.get(`/api/messages/${LETTER}?images=true`));
    expect(imagesRemoved).toBe(false);
    expect(html).toContain('tracker.example');
    expect(html).not.toMatch(/script|steal/);
    expect(await reasonOf(`/api/messages/${LETTER}?images=maybe`)).toEqual([400, 'bad-input']);
  });

  it('is downloaded byte by byte, as a file to save', async () => {
    const answer = await mailbox.get(`/api/messages/${LETTER}/raw`);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe(letter);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'message/rfc822',
      'content-length': String(letter.length),
      'content-disposition': `attachment; filename="${LETTER}.eml"; filename*=UTF-8''${LETTER}.eml`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });

  it('offers its attachments as files to save, never to show', async () => {
    const answer = await mailbox.get(`/api/messages/${LETTER}/attachments/1`);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain('alert(1)');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-disposition': expect.stringMatching(
        /^attachment; filename="Zo_c _x_.html"; filename\*=UTF-8''%C5%BB%C3%B3%C5%82%C4%87%20%22x%22.html$/,
      ),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect((await mailbox.get(`/api/messages/${LETTER}/attachments/0`)).body.toString('hex')).toBe('89504e470d0a1a0a');
    for (const index of ['2', '-1', '01', 'x', '%27'])
      expect(await reasonOf(`/api/messages/${LETTER}/attachments/${index}`)).toEqual([404, 'attachment-not-found']);
  });

  it('shows the files of a winmail.dat, which keeps its index from before', async () => {
    const { attachments, html } = jsonOf(await mailbox.get(`/api/messages/${WINMAIL}`)) as {
      attachments: unknown[];
      html: string;
    };
    expect(html).toBe('<p>Dear Acme</p>');
    expect(attachments).toEqual([
      { index: 1, filename: 'a.txt', contentType: 'text/plain', size: 3, inline: false, technical: false },
    ]);
    expect((await mailbox.get(`/api/messages/${WINMAIL}/attachments/1`)).body.toString()).toBe('one');
    expect((await mailbox.get(`/api/messages/${WINMAIL}/attachments/0`)).body.equals(tnef)).toBe(true);
    expect(await reasonOf(`/api/messages/${WINMAIL}/attachments/2`)).toEqual([404, 'attachment-not-found']);
  });

  it('tells of a signature, and marks it for front ends', async () => {
    expect(jsonOf(await mailbox.get(`/api/messages/${SIGNED}`))).toMatchObject({
      protection: 'signed',
      text: 'Signed text',
      imagesRemoved: false,
      attachments: [{ index: 0, filename: 'signature.asc', technical: true }],
    });
  });

  it('is answered as erased or damaged when its bytes cannot be read', async () => {
    expect(jsonOf(await mailbox.get(`/api/messages/${ERASED}`))).toMatchObject({
      html: null,
      text: null,
      content: 'erased',
    });
    expect(await reasonOf(`/api/messages/${ERASED}/raw`)).toEqual([404, 'message-erased']);
    expect(await reasonOf(`/api/messages/${ERASED}/attachments/0`)).toEqual([404, 'message-erased']);
    for (const messageId of [DAMAGED, MISSING]) {
      expect(jsonOf(await mailbox.get(`/api/messages/${messageId}`))).toMatchObject({
        html: null,
        text: null,
        content: 'damaged',
      });
      expect(await reasonOf(`/api/messages/${messageId}/raw`)).toEqual([409, 'message-damaged']);
      expect(await reasonOf(`/api/messages/${messageId}/attachments/0`)).toEqual([409, 'message-damaged']);
    }
  });

  it('can be downloaded raw when it could not be parsed', async () => {
    expect(jsonOf(await mailbox.get(`/api/messages/${TANGLED}`))).toMatchObject({
      parsed: false,
      subject: '',
      preview: '',
    });
    expect((await mailbox.get(`/api/messages/${TANGLED}/raw`)).body.toString()).toBe(tangled);
  });

  it('is not found in a foreign account', async () => {
    for (const path of ['', '/raw', '/attachments/0']) {
      expect((await mailbox.get(`/api/messages/${OURS}${path}`, 'ben')).status).toBe(200);
      expect(await reasonOf(`/api/messages/${LETTER}${path}`, 'ben')).toEqual([404, 'message-not-found']);
      expect(await reasonOf(`/api/messages/${id(9)}${path}`)).toEqual([404, 'message-not-found']);
      expect(await reasonOf(`/api/messages/${LETTER}${path}`, 'auditor')).toEqual([403, 'auditors-do-not-read-mail']);
      expect(await reasonOf(`/api/messages/${LETTER}${path}`, 'dan')).toEqual([403, 'mail-module-locked']);
    }
  });
});
