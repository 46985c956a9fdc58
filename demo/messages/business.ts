import { csv, pdf, png } from './attachments.js';
import { address, file, html, multipart, serialize, text } from './compose.js';
import { letter, type DemoMessage } from './demo-message.js';

const bookkeeping = address('Biuro Rachunkowe Bilans', 'biuro@bilans-rachunki.example');
const juergen = address('Jürgen Groß', 'j.gross@glaswerk-weser.example', 'iso-8859-1');

/** Messages with attachments, inline images and invitations. */
export const business: DemoMessage[] = [
  letter({
    name: 'One PDF attachment with an ASCII name',
    at: '2026-03-10T08:00:00Z',
    from: address('Billing', 'billing@cloud-hosting.example.com'),
    subject: 'Invoice 2026-0310',
    content: multipart('mixed', [
      text('Please find your invoice attached.', { encoding: '7bit', charset: 'us-ascii' }),
      file('application/pdf', 'invoice-2026-0310.pdf', pdf('Invoice 2026-0310, total 49.00 EUR')),
    ]),
  }),
  letter({
    name: 'Attachment names after RFC 2231 and RFC 2047',
    at: '2026-03-10T09:12:00Z',
    from: bookkeeping,
    subject: 'Zestawienie i cennik – żółte pola do uzupełnienia',
    content: multipart('mixed', [
      text('W załączeniu zestawienie oraz cennik. Proszę uzupełnić żółte pola.'),
      file('text/csv; charset=utf-8', 'Cennik śliwek i żurawin.csv', csv),
      file('application/pdf', 'Zażółć gęślą jaźń.pdf', pdf('Zestawienie za luty 2026')),
    ]),
  }),
  letter({
    name: 'An attachment name in RFC 2231 continuations',
    at: '2026-03-10T09:40:00Z',
    from: bookkeeping,
    subject: 'Umowa',
    content: multipart('mixed', [
      text('Umowa w załączeniu.'),
      file('application/pdf', 'ignored', pdf('Umowa'), {
        'Content-Type': 'application/pdf',
        'Content-Disposition':
          'attachment;\r\n filename*0*=utf-8\'\'Umowa%20o%20wsp%C3%B3%C5%82pracy;\r\n filename*1*=%20na%20rok;\r\n filename*2=" 2026.pdf"',
      }),
    ]),
  }),
  letter({
    name: 'multipart/related with an inline image',
    at: '2026-03-11T10:00:00Z',
    from: address('Berry & Co. Design', 'studio@berry-design.example'),
    subject: 'Etykieta: druga propozycja',
    content: multipart(
      'related',
      [
        html(
          '<p>Cześć Anno,</p><p>jak podoba Ci się ta jagoda?</p><p><img src="cid:berry@berry-design.example" alt="jagoda" width="24"></p>',
        ),
        file('image/png', 'berry.png', png, {
          'Content-ID': '<berry@berry-design.example>',
          'Content-Disposition': 'inline; filename="berry.png"',
        }),
      ],
      '; type="text/html"',
    ),
  }),
  letter({
    name: 'Mixed, alternative and related in each other',
    at: '2026-03-11T14:25:00Z',
    from: juergen,
    subject: 'Angebot 4711: neue Gläser',
    content: multipart('mixed', [
      multipart('alternative', [
        text('Guten Tag Frau Kowalska,\n\nanbei unser Angebot. Ein Bild des Glases sehen Sie in der HTML-Fassung.'),
        multipart('related', [
          html('<p>Guten Tag Frau Kowalska,</p><p>anbei unser Angebot.</p><img src="cid:glas-1">'),
          file('image/png', 'glas.png', png, {
            'Content-ID': '<glas-1>',
            'Content-Disposition': 'inline; filename="glas.png"',
          }),
        ]),
      ]),
      file('application/pdf', 'Angebot 4711.pdf', pdf('Angebot 4711: 5.000 Stueck')),
    ]),
  }),
  letter({
    name: 'HTML only, with a table, styles and things a sanitizer removes',
    at: '2026-03-12T07:30:00Z',
    from: address('Portal Logistyczny', 'kontakt@portal-transport.example'),
    subject: 'Oferta przewozu Łódź – Gdańsk',
    content: html(`
<html><head><style>td { color: #333 }</style><script>alert('no')</script></head>
<body onload="steal()"><h1>Oferta</h1>
<table border="1"><tr><td>Łódź – Gdańsk</td><td>1&nbsp;250&nbsp;zł</td></tr></table>
<img src="https://tracker.portal-transport.example/open.gif?id=7" width="1" height="1">
<p><a href="javascript:alert(1)">Akceptuję</a> <a href="https://portal-transport.example/oferta/7">Szczegóły</a></p>
</body></html>`),
  }),
  letter({
    name: 'A picture and nothing else',
    at: '2026-03-12T11:11:00Z',
    from: address('Marek', 'marek.zmyslony.0042@gmail.com'),
    subject: 'Zdjęcie uszkodzonej palety',
    content: file('image/png', 'IMG_0042.PNG', png),
  }),
  letter({
    name: 'A calendar invitation',
    at: '2026-03-12T15:00:00Z',
    from: address('Tom Ashworth', 'tom@ashworth-deli.example'),
    subject: 'Invitation: tasting in Leeds',
    content: multipart('mixed', [
      multipart('alternative', [
        text('You are invited to a tasting on 14 April, 10:00, in Leeds.'),
        text(invitation(), { subtype: 'calendar', parameters: 'method=REQUEST' }),
      ]),
      file('application/ics', 'invite.ics', Buffer.from(invitation().replaceAll('\n', '\r\n'))),
    ]),
  }),
  letter({
    name: 'A forwarded message as message/rfc822',
    at: '2026-03-13T09:05:00Z',
    from: address('Ewa Nowak', 'ewa.nowak@hurtownia-lipa.example'),
    subject: 'Fwd: reklamacja',
    content: multipart('mixed', [
      text('Pani Anno, przekazuję reklamację klienta.'),
      {
        headers: { 'Content-Type': 'message/rfc822', 'Content-Disposition': 'attachment; filename="reklamacja.eml"' },
        body: serialize({
          headers: {
            From: 'klient@sklep-narozny.example',
            To: 'magazyn@hurtownia-lipa.example',
            Subject: 'reklamacja',
            Date: 'Thu, 12 Mar 2026 19:00:00 +0100',
            'Message-ID': '<reklamacja@sklep-narozny.example>',
            'MIME-Version': '1.0',
            ...text('').headers,
          },
          body: text('Trzy słoiki były pęknięte.').body,
        }),
      },
    ]),
  }),
  letter({
    name: 'Two hundred kilobytes of attachment',
    at: '2026-03-13T10:30:00Z',
    from: address('Berry & Co. Design', 'studio@berry-design.example'),
    subject: 'Pliki do druku',
    content: multipart('mixed', [
      text('Pliki do druku w załączeniu.'),
      file(
        'application/octet-stream',
        'druk.bin',
        Buffer.from(Array.from({ length: 200 * 1024 }, (_, at) => (at * 7 + (at >> 8)) & 0xff)),
      ),
    ]),
  }),
];

function invitation(): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Ashworth Deli//Calendar//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:tasting-2026-04-14@ashworth-deli.example',
    'DTSTAMP:20260312T150000Z',
    'DTSTART:20260414T090000Z',
    'DTEND:20260414T110000Z',
    'SUMMARY:Tasting in Leeds',
    'LOCATION:12 Canal Street\\, Leeds',
    'ORGANIZER;CN=Tom Ashworth:mailto:tom@ashworth-deli.example',
    'ATTENDEE;RSVP=TRUE;CN=Anna Kowalska:mailto:anna@example.test',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\n');
}
