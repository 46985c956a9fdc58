import type { ConnectionEvent } from '../../src/accounts/connection/connection.events.js';
import type { DataOf } from '../../src/platform/domain.js';

const WHY: Record<string, string> = {
  'login-refused': 'refused the login',
  'login-not-offered': 'offers no way to log in',
  'tls-required': 'takes no login without encryption',
  'wrong-protocol': 'is another kind of server',
  'temporarily-refused': 'takes no login at the moment',
  'provider-not-answering': 'cannot be logged in to, because the provider’s page for signing in does not answer',
  'host-unknown': 'was not found',
  'host-not-allowed': 'lies at an address that may not be connected to',
  unreachable: 'cannot be reached',
  'tls-failed': 'cannot be connected to safely',
  'starttls-not-offered': 'does not offer STARTTLS',
  'refused-by-server': 'refused to go on',
  'too-many-messages': 'has a folder with more messages than can be fetched',
  'too-many-folders': 'has more folders than can be fetched',
  'connection-lost': 'broke the connection',
  stalled: 'did not finish a command',
  'timed-out': 'took too long to answer',
};

/** Sentence for people. */
export function whyConnectingFailed({ server, reason, detail }: DataOf<ConnectionEvent, 'ConnectionFailed'>): string {
  const sentence = `The ${server} server ${WHY[reason] ?? `failed (${reason})`}`;
  return detail === '' ? `${sentence}.` : `${sentence}: ${detail}`;
}
