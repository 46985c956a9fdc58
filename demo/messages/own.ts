import { address, html, multipart, text } from './compose.js';
import { anna, letter, type DemoMessage } from './demo-message.js';

/** Messages that Anna wrote with another mail program, and one that Anna deleted. */
export const own: DemoMessage[] = [
  letter({
    name: 'Sent: an answer in a thread',
    folder: 'Sent',
    flags: ['\\Seen'],
    at: '2026-03-02T09:20:00Z',
    id: 'zamowienie-2',
    from: anna,
    to: address('Paweł Zieliński', 'pawel.zielinski@hurtownia-lipa.example'),
    subject: 'Re: Zamówienie na musy śliwkowe',
    headers: {
      'In-Reply-To': '<zamowienie-1@hurtownia-lipa.example>',
      References: '<zamowienie-1@hurtownia-lipa.example>',
    },
    content: text('Środa pasuje. O której mamy być i przy której rampie?\n\nAnna Kowalska'),
  }),
  letter({
    name: 'Sent: HTML with a hidden copy',
    folder: 'Sent',
    flags: ['\\Seen'],
    at: '2026-03-05T10:02:00Z',
    from: anna,
    to: address('Tom Ashworth', 'tom@ashworth-deli.example'),
    subject: 'Re: Spring samples',
    headers: { Bcc: 'archiwum@example.test', 'In-Reply-To': '<english-format-flowed@ashworth-deli.example>' },
    content: multipart('alternative', [
      text('Dear Tom,\n\n200 jars a month are fine. Price list follows.\n\nAnna'),
      html('<p>Dear Tom,</p><p>200 jars a month are fine. Price list follows.</p><p>Anna</p>'),
    ]),
  }),
  letter({
    name: 'A draft without recipient',
    folder: 'Drafts',
    flags: ['\\Draft', '\\Seen'],
    at: '2026-03-18T16:40:00Z',
    from: anna,
    to: '',
    subject: 'Oferta letnia (szkic)',
    content: text('Szanowni Państwo,\n\nlato w słoiku: '),
  }),
  letter({
    name: 'Deleted, in Trash',
    folder: 'Trash',
    flags: ['\\Seen'],
    at: '2026-03-01T10:00:00Z',
    from: 'oferty@katalog-firm.example',
    subject: 'Wpis do katalogu firm',
    content: text('Zapraszamy do płatnego wpisu w naszym katalogu.'),
  }),
];
