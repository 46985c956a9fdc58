import { address, html, multipart, text, word } from './compose.js';
import { letter, messageId, type DemoMessage } from './demo-message.js';

const pawel = address('Paweł Zieliński', 'pawel.zielinski@hurtownia-lipa.example');
const tom = address('Tom Ashworth', 'tom@ashworth-deli.example');
const juergen = address('Jürgen Groß', 'j.gross@glaswerk-weser.example', 'iso-8859-1');
const idOf = (id: string) => messageId(id, pawel);

/** Messages from person to person, in seven languages. */
export const correspondence: DemoMessage[] = [
  letter({
    name: 'Polish plain text, quoted-printable',
    at: '2026-03-02T07:41:12Z',
    id: 'zamowienie-1',
    from: pawel,
    subject: 'Zamówienie na musy śliwkowe',
    flags: ['\\Seen', '\\Answered'],
    content: text(`
Dzień dobry Pani Anno,

chcielibyśmy zamówić 120 słoików musu śliwkowego (250 g) i 60 słoików konfitury z żurawiny.
Czy dostawa w przyszłym tygodniu jest możliwa? Zależy nam na środzie przed południem.

Z poważaniem
Paweł Zieliński
Hurtownia „Lipa”, ul. Źródlana 4, Kraków`),
  }),
  letter({
    name: 'Thread: an answer with In-Reply-To and References',
    at: '2026-03-02T12:05:40Z',
    id: 'zamowienie-3',
    from: pawel,
    subject: 'Re: Zamówienie na musy śliwkowe',
    flags: ['\\Seen'],
    headers: {
      'In-Reply-To': '<zamowienie-2@example.test>',
      References: `${idOf('zamowienie-1')}\r\n <zamowienie-2@example.test>`,
    },
    content: text(`
Środa, godzina 9:00, rampa nr 2. Dziękuję!

W dniu 02.03.2026 o 10:20 Anna Kowalska pisze:
> Środa pasuje. O której mamy być i przy której rampie?`),
  }),
  letter({
    name: 'Thread: the last answer, to several people with copies',
    at: '2026-03-04T10:31:00Z',
    id: 'zamowienie-4',
    from: pawel,
    to: `Anna Kowalska <anna@example.test>,\r\n "Nowak, Ewa" <ewa.nowak@hurtownia-lipa.example>`,
    subject: 'Odp: Zamówienie na musy śliwkowe',
    headers: {
      Cc: 'magazyn@hurtownia-lipa.example',
      'Reply-To': 'zamowienia@hurtownia-lipa.example',
      'In-Reply-To': idOf('zamowienie-3'),
      References: `${idOf('zamowienie-1')}\r\n <zamowienie-2@example.test>\r\n ${idOf('zamowienie-3')}`,
    },
    content: text('Dostawa dotarła w komplecie. Proszę o fakturę na adres z poprzedniego zamówienia.'),
  }),
  letter({
    name: 'Polish in iso-8859-2, subject encoded in Q',
    at: '2026-03-03T15:10:00Z',
    from: address('Małgorzata Wójcik', 'm.wojcik@spizarnia-u-gosi.example', 'iso-8859-2'),
    subject: word('Pytanie o miód gryczany', 'iso-8859-2', 'Q'),
    content: text('Dzień dobry,\n\nczy mają Państwo jeszcze miód gryczany w dużych słojach?\n\nMałgorzata Wójcik', {
      charset: 'iso-8859-2',
    }),
  }),
  letter({
    name: 'Polish in windows-1250, 8bit',
    at: '2026-03-03T16:45:30Z',
    from: address('Stanisław Żak', 'zak@pasieka-zak.example', 'windows-1250'),
    subject: 'Faktura za kwiecień – prośba o korektę',
    content: text('Dzień dobry,\n\nna fakturze jest „gąbka” zamiast „grabki”. Proszę o korektę.\n\nStanisław Żak', {
      charset: 'windows-1250',
      encoding: '8bit',
    }),
  }),
  letter({
    name: 'English, format=flowed',
    at: '2026-03-05T09:00:00Z',
    from: tom,
    subject: 'Spring samples',
    flags: ['\\Flagged'],
    content: text(
      [
        'Hello Anna, ',
        'thank you for the samples, the cranberry preserve was gone before lunch. ',
        'We would like to stock it from May on; could you send a price for two ',
        'hundred jars a month?',
        '',
        '> And do you deliver to Leeds?',
        'We do have our own van in Hull.',
        '',
        '-- ',
        'Tom Ashworth',
      ].join('\n'),
      { charset: 'us-ascii', encoding: '7bit', parameters: 'format=flowed; delsp=no' },
    ),
  }),
  letter({
    name: 'German in iso-8859-1',
    at: '2026-03-05T11:20:05Z',
    from: juergen,
    subject: 'Glasbestellung: Lieferung verzögert sich',
    content: text(
      `
Sehr geehrte Frau Kowalska,

leider verzögert sich die Lieferung der 5.000 Gläser um drei Tage, weil ein Ofen ausgefallen ist.
Wir bitten um Entschuldigung und übernehmen die Kosten für die Spätlieferung.

Mit freundlichen Grüßen
Jürgen Groß`,
      { charset: 'iso-8859-1' },
    ),
  }),
  letter({
    name: 'French, multipart/alternative',
    at: '2026-03-06T08:02:00Z',
    from: address('Élodie Martin', 'elodie@epicerie-du-canal.example'),
    subject: 'Votre confiture à la rhubarbe',
    content: multipart('alternative', [
      text(
        'Bonjour Anna,\n\nnos clients adorent la rhubarbe. Pouvez-vous m’envoyer le tarif d’été ?\n\nÀ bientôt,\nÉlodie',
      ),
      html(
        '<p>Bonjour Anna,</p><p>nos clients <b>adorent</b> la rhubarbe. Pouvez-vous m’envoyer le tarif d’été&nbsp;?</p><p>À bientôt,<br>Élodie</p>',
      ),
    ]),
  }),
  letter({
    name: 'Ukrainian, utf-8 in base64',
    at: '2026-03-06T13:30:00Z',
    from: address('Оксана Шевчук', 'oksana@karpatski-yahody.example'),
    subject: 'Журавлина з Карпат: нові ціни',
    content: text(
      'Добрий день, пані Анно!\n\nНадсилаю ціни на журавлину та чорницю. Перша партія буде готова у вересні.\n\nОксана Шевчук',
      {
        encoding: 'base64',
      },
    ),
  }),
  letter({
    name: 'Ukrainian in koi8-u',
    at: '2026-03-06T13:52:00Z',
    from: 'oksana@karpatski-yahody.example',
    subject: 'Доповнення',
    content: text('Їжачок на етикетці - це жарт нашого дизайнера.', { charset: 'koi8-u', encoding: '8bit' }),
  }),
  letter({
    name: 'Japanese in iso-2022-jp, 7bit',
    at: '2026-03-09T01:15:00Z',
    from: address('田中恵子', 'tanaka@kudamono.example', 'iso-2022-jp'),
    subject: word('ジャムの注文', 'iso-2022-jp'),
    content: text('コワルスカ様\n\nプラムのジャムを二十箱お願いします。\n\n田中恵子', {
      charset: 'iso-2022-jp',
      encoding: '7bit',
    }),
  }),
  letter({
    name: 'Arabic, right to left, utf-8 in base64',
    at: '2026-03-09T06:40:00Z',
    from: address('ليلى حداد', 'layla@souk-foods.example'),
    subject: 'استفسار عن مربى المشمش',
    content: multipart('alternative', [
      text('السيدة آنا المحترمة،\n\nهل تصدّرون مربى المشمش إلى عمّان؟\n\nليلى حداد', { encoding: 'base64' }),
      html('<div dir="rtl"><p>السيدة آنا المحترمة،</p><p>هل تصدّرون مربى المشمش إلى عمّان؟</p><p>ليلى حداد</p></div>', {
        encoding: 'base64',
      }),
    ]),
  }),
  letter({
    name: 'A customer on a free-mail address',
    at: '2026-03-09T18:22:00Z',
    from: address('Zofia Wymyślona', 'zofia.wymyslona.4711@gmail.com'),
    subject: 'czy wysyłacie do paczkomatu',
    content: text('hej, czy wysyłacie do paczkomatu? szukam prezentu dla babci :)\n\nwysłane z telefonu'),
  }),
];
