import { harmless } from './echoes.js';
import { imapFailure } from './imap-failure.js';
import { smtpFailure } from './smtp.js';

const password = 'Tajne-Hasło 7';
const credentials = { login: 'anna@example.test', password };
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = Buffer.from(password).toString('hex');

it.each([
  ['as it is', password],
  ['in upper case', password.toUpperCase()],
  ['in lower case', password.toLowerCase()],
  ['with spaces', [...password].join(' ')],
  ['with hyphens', [...password].join('-')],
  ['backwards', [...password].reverse().join('')],
  ['in quotes', '\\"Tajne\\-Hasło 7\\"'],
  ['as a part of a URL', `https://mail.test/?p=${encodeURIComponent(password)}`],
  ['in hex', hex],
  ['in hex, upper case', hex.toUpperCase()],
  ['in hex with colons', hex.match(/../g)!.join(':')],
  ['in base64', base64(password)],
  ['in base64 in lower case', base64(password).toLowerCase()],
  ['in base64 with spaces', [...base64(password)].join(' ')],
  ['in base64 of UTF-16', Buffer.from(password, 'utf16le').toString('base64')],
  ['in a SASL response', base64(`\0anna@example.test\0${password}`)],
  ['in another SASL response', base64(`\0anna\0${password}`)],
  ['in a longer base64', base64(`x${password} was refused`)],
])('an answer that repeats the password %s is left out as a whole', (_, echo) => {
  expect(harmless(`NO you said ${echo}, go away`, credentials)).toMatch(/^The answer of the server is left out/);
});

it.each([
  'Invalid login or password',
  'Application-specific password required: https://support.google.com/accounts/answer/185833',
  'Too many simultaneous connections',
])('other answers stay: %s', (words) => expect(harmless(words, credentials)).toBe(words));

it('an answer to a login without a secret stays', () => {
  expect(harmless('NO empty password', { login: 'anna', password: '' })).toBe('NO empty password');
});

it('a failure in words of the library or of this service stays whole with every password', () => {
  const message = 'getaddrinfo ENOTFOUND imap.example.test';
  const error = Object.assign(new Error(message), { code: 'ENOTFOUND' });
  expect(imapFailure(error, { login: 'anna', password: 'p' }).detail).toContain(message);
  expect(smtpFailure(error, { login: 'anna', password: 'p' }).detail).toContain(message);
});
