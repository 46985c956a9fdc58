import { readHeaders } from '../mail/reading/mime-headers.js';
import { addressesIn } from '../mail/reading/addresses.js';
import { replyFieldsOf } from '../mail/reading/reply-fields.js';
import { answered, type Received, replySubject, suppression } from './may-reply.js';

const ME = 'anna@office.example';
const ACTIVATED = new Date('2026-11-28T08:00:00Z');
const LATER = new Date('2026-11-28T09:00:00Z');
const COLLEAGUES = new Set([ME, 'ben@office.example']);

const letter = ['Return-Path: <kim@shop.example>', 'From: Kim <kim@shop.example>', `To: Anna <${ME}>`, 'Subject: Hi'];

/** A message with these fields in place of those of an ordinary letter. */
function received(fields: string[], rest: Partial<Received> = {}): Received {
  const name = (field: string): string => field.slice(0, field.indexOf(':')).toLowerCase();
  const given = new Set(fields.map(name));
  const lines = [...letter.filter((field) => !given.has(name(field))), ...fields].filter((line) => !/:\s*$/.test(line));
  const raw = Buffer.from([...lines, '', ''].join('\r\n'));
  const { headers } = readHeaders(raw, 0, raw.length);
  const author = addressesIn(headers.first('from') ?? '')[0]?.address ?? null;
  return { receivedAt: LATER, arrival: 'new', author, inJunk: false, fields: replyFieldsOf(headers), ...rest };
}

const judged = (mail: Received, addresses = [ME]): string | null =>
  suppression(mail, { addresses, activatedAt: ACTIVATED, isOwn: (address) => COLLEAGUES.has(address.toLowerCase()) });
const why = (...fields: string[]): string | null => judged(received(fields));

describe('a message is answered', () => {
  it.each<[string, string[]]>([
    ['that is an ordinary letter', []],
    ['to the account in Cc', ['To: lee@shop.example', `Cc: ${ME}`]],
    ['to the account in Bcc', ['To: lee@shop.example', `Bcc: ${ME}`]],
    ['that somebody resent to the account', ['To: lee@shop.example', `Resent-To: ${ME}`]],
    ['to another spelling of the address', ['To: ANNA@OFFICE.EXAMPLE']],
    ['to one of many', [`To: lee@shop.example, "Nowak, Anna" <${ME}>, ben@office.example`]],
    ['that says that it is not automatic', ['Auto-Submitted: no']],
    ['that says so with a comment', ['Auto-Submitted: no (a person wrote this)']],
    ['of first class', ['Precedence: first-class']],
    ['that suppresses reports only', ['X-Auto-Response-Suppress: DR, RN, NRN']],
    ['without a return path', ['Return-Path:']],
    ['from a person with a name like a list', ['From: Request Smith <request.smith@shop.example>']],
    ['with a name in UTF-8', ['From: =?utf-8?q?Zo=C3=AB?= <kim@shop.example>']],
  ])('%s', (_, fields) => {
    expect(why(...fields)).toBeNull();
  });

  it('to the login, if that is an address', () => {
    expect(judged(received(['To: a.nowak@office.example']), [ME, 'a.nowak@office.example'])).toBeNull();
  });
});

describe('a message is not answered', () => {
  it.each<[string, string[], string]>([
    ['from the own address', [`From: ${ME}`], 'own-sender'],
    ['with the own address as return path', [`Return-Path: <${ME}>`], 'own-sender'],
    ['from another account of the organisation', ['From: Ben@Office.example'], 'own-sender'],
    ['with a null return path', ['Return-Path: <>'], 'null-return-path'],
    ['with a null return path with blanks', ['Return-Path: < >'], 'null-return-path'],
    ['without a sender', ['From:', 'Return-Path:'], 'no-sender'],
    ['from a sender without a domain', ['From: root (Cron)', 'Return-Path: root'], 'no-sender'],
    ['from a mail server', ['From: MAILER-DAEMON@shop.example', 'Return-Path:'], 'system-sender'],
    ['from listserv', ['From: LISTSERV@lists.example'], 'system-sender'],
    ['from majordomo', ['Return-Path: <majordomo@lists.example>'], 'system-sender'],
    ['from the address of a list for requests', ['From: cats-request@lists.example'], 'system-sender'],
    ['from the owner of a list', ['Return-Path: <owner-cats@lists.example>'], 'system-sender'],
    ['with a system address as Sender', ['Sender: cats-bounces@lists.example'], 'system-sender'],
    ['from no-reply', ['From: no-reply@shop.example'], 'system-sender'],
    ['from noreply with a number', ['From: noreply2@shop.example'], 'system-sender'],
    ['from a do-not-reply with a tag', ['From: DoNotReply+123@shop.example'], 'system-sender'],
    ['from a Polish no-reply', ['From: nie_odpowiadaj@sklep.example'], 'system-sender'],
    ...['List-Id', 'List-Owner', 'List-Subscribe', 'List-Post', 'List-Unsubscribe', 'List-Help', 'List-Archive'].map(
      (name): [string, string[], string] => [`of a mailing list (${name})`, [`${name}: <x>`], 'mailing-list'],
    ),
    ['that another program answered', ['Auto-Submitted: auto-replied'], 'auto-submitted'],
    ['that a program made', ['Auto-Submitted: auto-generated (failure)'], 'auto-submitted'],
    ['with a second field', ['Auto-Submitted: no', 'Auto-Submitted: auto-notified'], 'auto-submitted'],
    ['sent in bulk', ['Precedence: bulk'], 'bulk'],
    ['of a list, by its precedence', ['Precedence: list'], 'bulk'],
    ['that is junk by its precedence', ['Precedence: Junk'], 'bulk'],
    ['that suppresses all answers', ['X-Auto-Response-Suppress: All'], 'response-suppressed'],
    ['that suppresses absence replies', ['X-Auto-Response-Suppress: OOF'], 'response-suppressed'],
    ['that suppresses them among others', ['X-Auto-Response-Suppress: DR, OOF, RN'], 'response-suppressed'],
    ['that is a report', ['Content-Type: multipart/report; boundary=b'], 'report'],
    ['that a filter marked', ['X-Spam-Flag: YES'], 'junk'],
    ['to others only', ['To: all@office.example'], 'not-addressed'],
    ['to hidden recipients', ['To: undisclosed-recipients:;'], 'not-addressed'],
    ['with the address as a name only', [`To: "${ME}" <lee@shop.example>`], 'not-addressed'],
  ])('%s', (_, fields, reason) => {
    expect(why(...fields)).toBe(reason);
  });

  it('received before the activation, or by an import, or in the junk folder', () => {
    const before = new Date(ACTIVATED.getTime() - 1);
    expect(judged(received([], { receivedAt: before }))).toBe('received-before-activation');
    expect(judged(received([], { arrival: 'import' }))).toBe('imported');
    expect(judged(received([], { inJunk: true }))).toBe('junk');
  });

  it('for the first reason of several, in the order of the checks', () => {
    const all = ['Return-Path: <>', `From: ${ME}`, 'List-Id: <x>', 'Precedence: bulk', 'To: lee@shop.example'];
    const order: (string | null)[] = [];
    for (let n = 0; n < all.length; n++) order.push(why(...all.slice(n)));
    expect(order).toEqual(['null-return-path', 'own-sender', 'mailing-list', 'bulk', 'not-addressed']);
  });
});

describe('the reply goes', () => {
  it.each([
    ['to the return path', 'kim@home.example', 'kim@shop.example', 'kim@home.example'],
    ['to the author without a return path', null, 'kim@shop.example', 'kim@shop.example'],
    ['to the author behind a checked return path', 'prvs=123=kim@shop.example', 'kim@shop.example', 'kim@shop.example'],
    ['to the author behind a forwarder', 'SRS0=x=y=shop.example=kim@f.example', 'kim@shop.example', 'kim@shop.example'],
    [
      'to the author behind a path per recipient',
      'kim-anna=office.example@l.example',
      'kim@shop.example',
      'kim@shop.example',
    ],
    ['to nobody', 'nobody', null, null],
  ])('%s', (_, returnPath, author, expected) => {
    expect(answered({ author, fields: { ...received([]).fields, returnPath } })).toBe(expected);
  });
});

describe('the subject of the reply', () => {
  it.each([
    ['is that of the setting', 'Away', 'Frop!', 'Away'],
    ['names that of the message', null, 'Frop!', 'Auto: Frop!'],
    ['is short without both', null, null, 'Auto:'],
    ['keeps letters of any script', null, '猫の名前', 'Auto: 猫の名前'],
    ['is one line', null, 'a\r\nBcc: lee@shop.example', 'Auto: a Bcc: lee@shop.example'],
  ])('%s', (_, given, original, expected) => {
    expect(replySubject(given, original)).toBe(expected);
  });

  it.each(['x', '猫'])('is bounded, with a sign of omission (%s)', (letter) => {
    const subject = replySubject(null, letter.repeat(1000));
    expect([[...subject].length, subject.endsWith(`${letter}…`)]).toEqual([255, true]);
  });
});
