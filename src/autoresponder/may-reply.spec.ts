import { ANSWERED, COLLEAGUE, fieldsOf, ME, UNANSWERED } from '../../test/cases/absence-cases.js';
import { readHeaders } from '../mail/reading/mime-headers.js';
import { addressesIn } from '../mail/reading/addresses.js';
import { replyFieldsOf } from '../mail/reading/reply-fields.js';
import { answered, type Received, replySubject, suppression } from './may-reply.js';

const ACTIVATED = new Date('2026-11-28T08:00:00Z');
const LATER = new Date('2026-11-28T09:00:00Z');
const COLLEAGUES = new Set([ME, COLLEAGUE]);

/** A message with these fields in place of those of an ordinary letter. */
function received(fields: string[], rest: Partial<Received> = {}): Received {
  const raw = Buffer.from([...fieldsOf(fields), '', ''].join('\r\n'));
  const { headers } = readHeaders(raw, 0, raw.length);
  const author = addressesIn(headers.first('from') ?? '')[0]?.address ?? null;
  return { receivedAt: LATER, arrival: 'new', author, inJunk: false, fields: replyFieldsOf(headers), ...rest };
}

const judged = (mail: Received, addresses = [ME]): string | null =>
  suppression(mail, { addresses, activatedAt: ACTIVATED, isOwn: (address) => COLLEAGUES.has(address.toLowerCase()) });
const why = (...fields: string[]): string | null => judged(received(fields));

describe('a message is answered', () => {
  it.each(ANSWERED)('%s', (_, fields) => {
    expect(why(...fields)).toBeNull();
  });

  it('to the login, if that is an address', () => {
    expect(judged(received(['To: a.nowak@office.example']), [ME, 'a.nowak@office.example'])).toBeNull();
  });
});

describe('a message is not answered', () => {
  it.each(UNANSWERED)('%s', (_, fields, reason) => {
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
