import { address, html, multipart, text } from './compose.js';
import { letter, type DemoMessage } from './demo-message.js';

/** Automatic mail and mailing lists. None of these messages creates a contact or gets an absence reply. */
export const automatic: DemoMessage[] = [
  letter({
    name: 'A newsletter with List-Id and one-click List-Unsubscribe',
    at: '2026-03-16T06:00:00Z',
    from: address('Smaki Regionów', 'newsletter@smaki-regionow.example'),
    subject: '🍓 Wiosenne targi: wejściówki taniej do piątku',
    headers: {
      'List-Id': 'Newsletter <newsletter.smaki-regionow.example>',
      'List-Unsubscribe':
        '<https://smaki-regionow.example/u/9f2c>,\r\n <mailto:unsubscribe@smaki-regionow.example?subject=9f2c>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      Precedence: 'bulk',
    },
    content: multipart('alternative', [
      text('Wiosenne targi smaków, 10–12 kwietnia, Poznań. Wejściówki taniej do piątku.'),
      html(
        '<h1>Wiosenne targi smaków</h1><p>10–12 kwietnia, Poznań. <a href="https://smaki-regionow.example/t">Wejściówki</a> taniej do piątku.</p>',
      ),
    ]),
  }),
  letter({
    name: 'A mailing list message by a person',
    at: '2026-03-16T09:14:00Z',
    from: address('Hiroshi Sato', 'hsato@fruit-growers.example.org'),
    to: 'preserves@lists.example.org',
    subject: '[preserves] Pectin from quince?',
    headers: {
      Sender: 'preserves-bounces@lists.example.org',
      'List-Id': 'Preserve makers <preserves.lists.example.org>',
      'List-Post': '<mailto:preserves@lists.example.org>',
      'List-Unsubscribe': '<mailto:preserves-leave@lists.example.org>',
      Precedence: 'list',
    },
    content: text('Has anybody tried to make pectin from quince instead of apples?', {
      encoding: '7bit',
      charset: 'us-ascii',
    }),
  }),
  letter({
    name: 'An auto-reply',
    at: '2026-03-16T09:14:30Z',
    from: address('Jürgen Groß', 'j.gross@glaswerk-weser.example'),
    subject: 'Automatische Antwort: Gläser',
    headers: {
      'Return-Path': '<>',
      'Auto-Submitted': 'auto-replied',
      'X-Auto-Response-Suppress': 'All',
      'In-Reply-To': '<glas-17@example.test>',
    },
    content: text('Ich bin bis zum 23. März nicht im Büro. In dringenden Fällen hilft Frau Öztürk.'),
  }),
  letter({
    name: 'A no-reply notification',
    at: '2026-03-17T04:00:00Z',
    from: address('Kurier Sowa', 'no-reply@kurier-sowa.example'),
    subject: 'Twoja przesyłka 5900123 jest w drodze',
    headers: { 'Auto-Submitted': 'auto-generated' },
    content: text('Przesyłka 5900123 zostanie doręczona jutro między 9:00 a 12:00. Nie odpowiadaj na tę wiadomość.'),
  }),
  letter({
    name: 'A bounce, multipart/report',
    at: '2026-03-17T08:03:00Z',
    from: address('Mail Delivery System', 'MAILER-DAEMON@mx.example.com'),
    subject: 'Undelivered Mail Returned to Sender',
    headers: { 'Return-Path': '<>', 'Auto-Submitted': 'auto-replied' },
    content: multipart(
      'report',
      [
        text('Your message could not be delivered to kowalsk@hurtownia-lipa.example: user unknown.', {
          encoding: '7bit',
          charset: 'us-ascii',
        }),
        {
          headers: { 'Content-Type': 'message/delivery-status', 'Content-Description': 'Delivery report' },
          body: Buffer.from(
            [
              'Reporting-MTA: dns; mx.example.com',
              'Arrival-Date: Tue, 17 Mar 2026 08:02:58 +0000',
              '',
              'Final-Recipient: rfc822; kowalsk@hurtownia-lipa.example',
              'Action: failed',
              'Status: 5.1.1',
              'Diagnostic-Code: smtp; 550 5.1.1 User unknown',
              '',
            ].join('\r\n'),
          ),
        },
        {
          headers: { 'Content-Type': 'text/rfc822-headers', 'Content-Description': 'Undelivered headers' },
          body: Buffer.from(
            'From: anna@example.test\r\nTo: kowalsk@hurtownia-lipa.example\r\nSubject: Oferta\r\nMessage-ID: <oferta-9@example.test>\r\n',
          ),
        },
      ],
      '; report-type=delivery-status',
    ),
  }),
  letter({
    name: 'A read receipt, multipart/report',
    at: '2026-03-17T10:10:00Z',
    from: address('Ewa Nowak', 'ewa.nowak@hurtownia-lipa.example'),
    subject: 'Przeczytano: Cennik',
    headers: { 'Auto-Submitted': 'auto-replied' },
    content: multipart(
      'report',
      [
        text('Wiadomość „Cennik” została wyświetlona.'),
        {
          headers: { 'Content-Type': 'message/disposition-notification' },
          body: Buffer.from(
            'Final-Recipient: rfc822; ewa.nowak@hurtownia-lipa.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
          ),
        },
      ],
      '; report-type=disposition-notification',
    ),
  }),
  letter({
    name: 'A receipt from a shop, Precedence: bulk only',
    at: '2026-03-18T12:00:00Z',
    from: 'sklep@opakowania-hurt.example',
    subject: 'Potwierdzenie zamówienia 88/2026',
    headers: { Precedence: 'bulk' },
    content: text('Dziękujemy za zamówienie 88/2026: 10 rolek etykiet, 3 kartony.'),
  }),
];
