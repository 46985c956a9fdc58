import { cleanLine } from '../../platform/database/clean-text.js';
import type { OutboundGuard } from './outbound-guard.js';

export interface ServerSettings {
  /** name or plain address, as the user gave it */
  host: string;
  port: number;
  /** `tls` from the first byte · `starttls` required, never downgraded · `none` */
  security: 'tls' | 'starttls' | 'none';
}

/** `accessToken`: of the provider that the mailbox was signed in at, for XOAUTH2 or OAUTHBEARER (RFC 7628) */
export type Credentials = { login: string } & ({ password: string } | { accessToken: string });

export interface ConnectOptions {
  guard: OutboundGuard;
  /** ms that looking up, connecting and logging in may take together, and that the server may stay silent later; default 60,000 */
  timeoutMs?: number;
  /** aborting closes the connection; what was going on rejects with the signal's reason */
  signal?: AbortSignal;
  /** PEM certificates to trust beside the well-known authorities */
  ca?: string;
}

export const DEFAULT_TIMEOUT_MS = 60_000;

export type FailureReason =
  | 'login-refused'
  | 'provider-not-answering'
  | 'host-unknown'
  | 'host-not-allowed'
  | 'unreachable'
  | 'tls-failed'
  | 'starttls-not-offered'
  | 'refused-by-server'
  | 'connection-lost'
  | 'timed-out';

/** Whatever goes wrong with a mail server, in words of ours. `detail` is for people: one line, at most 300 characters, no secret. */
export class MailServerFailure extends Error {
  readonly detail: string;

  /** @param detail what the library or the server said, with secrets already taken out: `withoutSecrets` */
  constructor(
    readonly reason: FailureReason,
    detail: string,
    readonly server: 'incoming' | 'outgoing',
  ) {
    const bounded = cleanLine(detail, 300);
    super(`${server}: ${reason}${bounded && ` (${bounded})`}`);
    this.name = 'MailServerFailure';
    this.detail = bounded;
  }
}

/** What SASL sends: a login and its secret as one piece of base64. */
const BASE64 = /[A-Za-z0-9+/]{16,}={0,2}/g;

/** Servers quote the command they refuse: takes out the secret, plain, escaped, and within base64. */
export function withoutSecrets(text: string, credentials: Credentials): string {
  const secret = 'password' in credentials ? credentials.password : credentials.accessToken;
  if (secret === '') return text;
  const { login } = credentials;
  const spellings = [
    ...[`\0${login}\0${secret}`, `${login}\0${login}\0${secret}`, secret].map((value) =>
      Buffer.from(value).toString('base64'),
    ),
    secret.replace(/[\\"]/g, '\\$&'),
    secret,
    cleanLine(secret, secret.length),
  ];
  return spellings
    .filter(Boolean)
    .reduce((rest, spelling) => rest.replaceAll(spelling, '•••'), text)
    .replace(BASE64, (run) => (Buffer.from(run, 'base64').toString().includes(secret) ? '•••' : run));
}
