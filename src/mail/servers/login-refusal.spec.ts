import { refusalOf } from './login-refusal.js';

describe('a refused login', () => {
  it.each([
    'Too many simultaneous connections. (Failure)',
    'Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
    'Server error - Please try again later',
    'LOGIN Server unavailable. 15',
    'Temporary authentication failure. [mail:2026-11-29 10:00:00]',
    'Authentication failed: internal error',
    'LOGIN Rate limit hit',
    'Account exceeded command or bandwidth limits',
    'Request is throttled. Suggested Backoff Time: 92415 milliseconds',
    'Mailbox is locked by another session',
    'User is authenticated but not connected.',
  ])('is passing for the words: %s', (words) => {
    expect(refusalOf({ status: 'NO', words })).toBe('temporarily-refused');
    expect(refusalOf({ status: 'BAD', words })).toBe('temporarily-refused');
  });

  it.each([
    'Login failed.',
    'Invalid credentials (Failure)',
    'Invalid login or password, please try again later',
    'LOGIN failed: wrong password. Too many wrong passwords lock the account.',
    'Application-specific password required',
    'Please log in via your web browser',
    '',
  ])('is about the login for the words: %s', (words) => {
    expect(refusalOf({ status: 'NO', words })).toBe('login-refused');
  });

  it('is read by its code before its words', () => {
    expect(refusalOf({ code: 'AUTHENTICATIONFAILED', words: 'try again later' })).toBe('login-refused');
    expect(refusalOf({ code: 'AUTHORIZATIONFAILED', words: '' })).toBe('login-refused');
    for (const code of ['UNAVAILABLE', 'LIMIT', 'INUSE', 'SERVERBUG'])
      expect(refusalOf({ code, words: 'Invalid password' })).toBe('temporarily-refused');
    expect(refusalOf({ code: 'CONTACTADMIN', words: 'Login failed' })).toBe('refused-by-server');
  });

  it('with BAD is about the command, unless the words are about a login', () => {
    expect(refusalOf({ status: 'BAD', words: 'Command unknown' })).toBe('refused-by-server');
    expect(refusalOf({ status: 'BAD', words: 'Authentication failed' })).toBe('login-refused');
  });

  it('asks for encryption', () => {
    for (const words of [
      'Must issue a STARTTLS command first',
      'Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
      'Encryption required for requested authentication mechanism',
    ])
      expect(refusalOf({ words })).toBe('tls-required');
  });
});
