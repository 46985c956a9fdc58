import { type FailureReason, MailServerFailure } from '../servers/servers.js';
import { type Attempt, NotDetected } from './not-detected.js';

const BOTH = 'Ask the mail provider for host, port and security of the incoming (IMAP) and outgoing (SMTP) server, ';
const message = (changed: Partial<Attempt>, ...reasons: FailureReason[]): string => {
  const silent = reasons.map((reason) => ({
    side: 'incoming' as const,
    host: 'imap.a.test',
    failure: new MailServerFailure(reason, '', 'incoming'),
  }));
  return new NotDetected(
    { domain: 'a.test', missing: ['incoming', 'outgoing'], provider: undefined, silent, ...changed },
    {},
  ).message;
};

describe('the message of a failed detection', () => {
  it.each<[string, FailureReason[]]>([
    ['The certificate of imap.a.test is not valid for this host name.', ['timed-out', 'tls-failed']],
    ['imap.a.test does not offer encryption.', ['starttls-not-offered']],
    [
      'imap.a.test is not at a public address. This service connects to others only if its operator sets ALLOW_PRIVATE_MAIL_HOSTS=true.',
      ['host-not-allowed'],
    ],
    [
      'No incoming (IMAP) or outgoing (SMTP) server found for a.test: it publishes no settings, and no usual server name answers.',
      ['host-unknown', 'unreachable'],
    ],
  ])('says: %s', (cause, reasons) => {
    expect(message({}, ...reasons)).toBe(`${cause} ${BOTH}and enter them.`);
  });

  it('asks to check the spelling when no host was found', () => {
    expect(message({ missing: ['incoming'] }, 'host-unknown')).toBe(
      'No mail server found for a.test. Check the spelling of the address, or ask the mail provider for host, port and security of the incoming (IMAP) server, and enter them.',
    );
  });

  it('asks to try again when the servers of a known provider do not answer', () => {
    expect(message({ provider: 'Gmail' }, 'timed-out')).toMatch(
      /^Gmail has the mail of a\.test, but its servers do not answer\. Try again later, or ask the mail provider/,
    );
  });
});
