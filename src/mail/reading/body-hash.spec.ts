import fc from 'fast-check';
import { BodyHash, bodyHashOf } from './body-hash.js';

const hashOf = (text: string): string => bodyHashOf(Buffer.from(text));
const BODY = 'Dear Acme,\r\n\r\nwhere is my order?\r\n';
const mail = `Message-ID: <a@b.example>\r\nSubject: Order\r\n\r\n${BODY}`;

it.each([
  ['a header field that a server adds', `X-Scanned: yes\r\n${mail}`],
  ['LF for CRLF', mail.replaceAll('\r\n', '\n')],
  ['empty lines at the end', `${mail}\r\n\n\r\n`],
  ['no line end at the end', mail.trimEnd()],
  ['an empty header', `\r\n${BODY}`],
])('%s leaves the hash equal', (_, other) => expect(hashOf(other)).toBe(hashOf(mail)));

it.each([
  ['another letter', mail.replace('order?', 'Order?')],
  ['one more empty line between others', mail.replace('\r\n\r\nwhere', '\r\n\r\n\r\nwhere')],
  ['spaces in the last line', `${mail}  \r\n`],
  ['no body', 'Message-ID: <a@b.example>\r\n\r\n'],
])('%s changes it', (_, other) => expect(hashOf(other)).not.toBe(hashOf(mail)));

it('a message without an empty line has the hash of an empty body', () =>
  expect(hashOf('Subject: all header\r\n')).toBe(hashOf('Subject: other\r\n\r\n')));

it('does not depend on the division of the bytes', () => {
  const letters = fc.array(fc.constantFrom('a', '\r', '\n', '\r\n', ' '), { maxLength: 40 });
  fc.assert(
    fc.property(letters, fc.array(fc.nat({ max: 50 }), { maxLength: 6 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''));
      const hash = new BodyHash();
      const ends = [...cuts.filter((cut) => cut <= bytes.length), bytes.length].toSorted((a, b) => a - b);
      for (const [n, end] of ends.entries()) hash.update(bytes.subarray(ends[n - 1] ?? 0, end));
      expect(hash.digest()).toBe(bodyHashOf(bytes));
    }),
  );
});
