import { invalidAddresses, needsSmtpUtf8, sentAddress } from './recipients.js';

it.each([
  'anna@acme.example',
  'first.last+tag@mail.acme.example',
  '"with space"@acme.example',
  'anna@żółw.example',
  'żółw@żółw.example',
  "o'neil/x=y@acme.example",
  ' anna@acme.example ',
])('%j can stand in a message', (address) => expect(invalidAddresses('to', [{ address }])).toEqual([]));

it.each([
  ['', 'not-an-address'],
  ['anna', 'not-an-address'],
  ['@acme.example', 'not-an-address'],
  ['anna@', 'not-an-address'],
  ['anna@acme@host.example', 'not-an-address'],
  ['anna smith@acme.example', 'not-an-address'],
  ['anna..smith@acme.example', 'not-an-address'],
  ['anna\r\nBcc: x@host.example', 'not-an-address'],
  ['"a\r\nb"@acme.example', 'not-an-address'],
  ['an\u202ena@acme.example', 'not-an-address'],
  ['<anna@acme.example>', 'not-an-address'],
  ['anna@acme..example', 'domain-not-valid'],
  ['anna@-acme.example', 'domain-not-valid'],
  ['anna@acme.example>', 'domain-not-valid'],
  ['anna@ac\nme.example', 'domain-not-valid'],
  ['anna@acme example', 'domain-not-valid'],
  [`${'a'.repeat(65)}@acme.example`, 'too-long'],
  [`a@${`${'b'.repeat(60)}.`.repeat(5)}example`, 'too-long'],
])('%j cannot: %s', (address, reason) =>
  expect(invalidAddresses('cc', [{ address: 'a@b.example' }, { address }])).toEqual([
    { field: 'cc', index: 1, reason },
  ]),
);

it('is sent with A-labels, unless its local part needs SMTPUTF8 anyway', () => {
  expect(sentAddress('Jan@Żółw.Example')).toBe('Jan@xn--w-uga1v8h.example');
  expect(sentAddress('żółw@żółw.example')).toBe('żółw@żółw.example');
  expect([needsSmtpUtf8('jan@żółw.example'), needsSmtpUtf8('żółw@acme.example')]).toEqual([false, true]);
});
