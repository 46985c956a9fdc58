import type { ConnectionEvent } from '../../src/accounts/connection/connection.events.js';
import type { DataOf } from '../../src/platform/domain.js';

const WHY = {
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

type Recorded = DataOf<ConnectionEvent, 'ConnectionFailed'>;

/** `other`: a reason of an earlier or later release. */
export type ConnectionReason = keyof typeof WHY | 'other';

export interface ConnectionFailure {
  reason: ConnectionReason;
  server: 'incoming' | 'outgoing';
  /** words of the server; empty: none */
  detail: string;
}

const isKnown = (reason: string): reason is keyof typeof WHY => Object.hasOwn(WHY, reason);

export const failureOf = ({ server, reason, detail }: Recorded): ConnectionFailure => ({
  reason: isKnown(reason) ? reason : 'other',
  server,
  detail,
});

/** Sentence for people. */
export function whyConnectingFailed({ server, reason, detail }: ConnectionFailure): string {
  const sentence = `The ${server} server ${reason === 'other' ? 'failed' : WHY[reason]}`;
  return detail === '' ? `${sentence}.` : `${sentence}: ${detail}`;
}
