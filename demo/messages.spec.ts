import PostalMime from 'postal-mime';
import { demoMessages } from './messages.js';

const parsed = (name: string) =>
  PostalMime.parse(demoMessages.find((each) => each.name === name)?.raw ?? Buffer.alloc(0));

it('the demo has about forty messages, all with different names and different bytes', () => {
  expect(demoMessages.length).toBeGreaterThanOrEqual(40);
  expect(new Set(demoMessages.map(({ name }) => name)).size).toBe(demoMessages.length);
  expect(new Set(demoMessages.map(({ raw }) => raw.toString('latin1'))).size).toBe(demoMessages.length);
});

it('every line ends in CRLF and has at most 998 characters (RFC 5322), except in the message with long lines', () => {
  for (const { name, raw } of demoMessages) {
    const text = raw.toString('latin1');
    expect({ name, bare: /(^|[^\r])\n|\r(?!\n)/.test(text) }).toEqual({ name, bare: false });
    const long = text.split('\r\n').some((line) => line.length > 998);
    expect({ name, long }).toEqual({ name, long: name.startsWith('Lines longer') });
  }
});

it('every address is invented: a reserved domain, or a free-mail domain with an invented local part', () => {
  const reserved = /(\.|^)(example|test|example\.(com|org|net))$/;
  for (const { raw } of demoMessages) {
    const text = raw.toString('latin1').replace(/^(Message-ID|References|In-Reply-To):.*(\r\n .*)*/gm, '');
    for (const [, local = '', domain = ''] of text.matchAll(/([\w.+-]+)@([a-z0-9-]+(?:\.[a-z0-9-]+)+)/g)) {
      if (!reserved.test(domain))
        expect({ local, domain }).toEqual({ local: expect.stringMatching(/wymyslona|zmyslony/), domain: 'gmail.com' });
    }
  }
});

it.each([
  ['Polish in iso-8859-2, subject encoded in Q', 'Pytanie o miód gryczany', 'Małgorzata Wójcik'],
  ['Polish in windows-1250, 8bit', 'Faktura za kwiecień – prośba o korektę', 'Stanisław Żak'],
  ['German in iso-8859-1', 'Glasbestellung: Lieferung verzögert sich', 'Jürgen Groß'],
  ['Ukrainian, utf-8 in base64', 'Журавлина з Карпат: нові ціни', 'Оксана Шевчук'],
  ['Japanese in iso-2022-jp, 7bit', 'ジャムの注文', '田中恵子'],
])('%s is decoded to the original text', async (name, subject, from) => {
  const mail = await parsed(name);
  expect([mail.subject, mail.from?.name]).toEqual([subject, from]);
  expect(mail.text).toContain(from.split(' ')[0]);
});

it('attachment names are decoded from RFC 2047, RFC 2231 and its continuations', async () => {
  const names = async (name: string) => (await parsed(name)).attachments.map(({ filename }) => filename);
  expect(await names('Attachment names after RFC 2231 and RFC 2047')).toEqual([
    'Cennik śliwek i żurawin.csv',
    'Zażółć gęślą jaźń.pdf',
  ]);
  expect(await names('An attachment name in RFC 2231 continuations')).toEqual(['Umowa o współpracy na rok 2026.pdf']);
});
