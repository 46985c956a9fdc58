import { HostNotAllowed, HostUnknown } from './outbound-guard.js';
import { type FailureReason, MailServerFailure } from './servers.js';
import { smtpFailure } from './smtp.js';

const anna = { login: 'anna@example.test', password: 'secret' };
const REASONS = [
  'login-refused',
  'login-not-offered',
  'tls-required',
  'wrong-protocol',
  'temporarily-refused',
  'provider-not-answering',
  'host-unknown',
  'host-not-allowed',
  'unreachable',
  'tls-failed',
  'starttls-not-offered',
  'refused-by-server',
  'sign-in-needed',
  'sender-refused',
  'message-too-large',
  'connection-lost',
  'timed-out',
] as const satisfies readonly FailureReason[];

describe('the detail of a mail server failure', () => {
  it('gives the cause, then advice', () => {
    const detailOf = (error: Error) => smtpFailure(error, anna).detail;
    expect(detailOf(new HostUnknown('mail.example.test'))).toBe(
      'Host not found: mail.example.test. Check the spelling of the outgoing server.',
    );
    expect(detailOf(new HostNotAllowed('10.0.0.1', 'is not at a public address (private)'))).toBe(
      'Host not allowed: "10.0.0.1" is not at a public address (private). ' +
        'Enter its public host name, or ask the operator for ALLOW_PRIVATE_MAIL_HOSTS=true.',
    );
    const refused = Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:465'), { code: 'ECONNREFUSED' });
    expect(detailOf(refused)).toBe(
      'Connection failed: no server answers at this port. Check host and port of the outgoing server.',
    );
    expect(new MailServerFailure('login-refused', 'Invalid credentials', 'incoming').detail).toBe(
      'Invalid credentials. Check login and password, or sign in at the provider again.',
    );
    expect(new MailServerFailure('starttls-not-offered', '', 'incoming').detail).toBe(
      'STARTTLS not offered. Choose another port or security for the incoming server.',
    );
  });

  it.each(REASONS)('is one line of at most 300 characters for %s', (reason) => {
    for (const server of ['incoming', 'outgoing'] as const)
      for (const words of ['', 'x\r\ny', 'x'.repeat(1000)]) {
        const { detail } = new MailServerFailure(reason, words, server);
        expect(detail.length).toBeLessThanOrEqual(300);
        expect(detail).toMatch(/^.+\.$/);
      }
  });
});
