import { cleanLine } from '../../platform/database/clean-text.js';
import type { OutboundGuard } from './outbound-guard.js';

export interface ServerSettings {
  /** host name or plain IP address, as the user entered it */
  host: string;
  port: number;
  /** `tls` from the first byte · `starttls` required, never downgraded · `none`: no encryption */
  security: 'tls' | 'starttls' | 'none';
}

/** `accessToken`: issued by the provider of the mailbox, for XOAUTH2 or OAUTHBEARER (RFC 7628) */
export type Credentials = { login: string } & ({ password: string } | { accessToken: string });

export interface ConnectOptions {
  guard: OutboundGuard;
  /**
   * ms for lookup, connection and login together, and for each silence of the server afterwards; default
   * `DEFAULT_TIMEOUT_MS`
   */
  timeoutMs?: number;
  /** ms for the answer to one command, also while the server sends other lines; default `STALLED_MS` */
  stalledMs?: number;
  /** an abort closes the connection; commands in flight reject with the signal's reason */
  signal?: AbortSignal;
  /** PEM certificates to trust beside the well-known authorities */
  ca?: string;
}

export const DEFAULT_TIMEOUT_MS = 60_000;
/** Servers that search or copy much mail show for minutes that they are still at work. */
export const STALLED_MS = 5 * 60_000;

export type FailureReason =
  | 'login-refused'
  | 'login-not-offered'
  | 'tls-required'
  | 'wrong-protocol'
  | 'temporarily-refused'
  | 'provider-not-answering'
  | 'host-unknown'
  | 'host-not-allowed'
  | 'unreachable'
  | 'tls-failed'
  | 'starttls-not-offered'
  | 'refused-by-server'
  | 'too-many-folders'
  | 'too-many-messages'
  | 'sign-in-needed'
  | 'sender-refused'
  | 'message-too-large'
  | 'connection-lost'
  | 'stalled'
  | 'timed-out';

/** How a detail begins when the words after it come from a library and not from the server. */
const PREFIX: Partial<Record<FailureReason, string>> = {
  'login-not-offered': 'No way to log in is offered',
  'tls-required': 'Encryption is needed',
  unreachable: 'Connection failed',
  'tls-failed': 'TLS failed',
  'starttls-not-offered': 'STARTTLS not offered',
  'connection-lost': 'Connection lost',
  'timed-out': 'Timed out',
};

const USUAL = {
  incoming: 'IMAP server, usually at port 993 with security "tls" or at 143 with "starttls"',
  outgoing: 'SMTP server, usually at port 465 with security "tls" or at 587 with "starttls"',
};

const ADVICE: Record<FailureReason, (server: 'incoming' | 'outgoing') => string> = {
  'login-refused': () => 'Check login and password, or sign in at the provider again.',
  'login-not-offered': (server) => `Choose another port or security for the ${server} server.`,
  'tls-required': (server) => `Choose security "tls" or "starttls" for the ${server} server.`,
  'wrong-protocol': (server) => `Enter the ${USUAL[server]}.`,
  'temporarily-refused': () => 'The login may be right: try again later.',
  'provider-not-answering': () => 'Try again later.',
  'host-unknown': (server) => `Check the spelling of the ${server} server.`,
  // The operator may allow addresses of the own network.
  'host-not-allowed': () => 'Enter its public host name, or ask the operator for ALLOW_PRIVATE_MAIL_HOSTS=true.',
  unreachable: (server) => `Check host and port of the ${server} server.`,
  'tls-failed': (server) => `Check host, port and security of the ${server} server.`,
  'starttls-not-offered': (server) => `Choose another port or security for the ${server} server.`,
  'refused-by-server': () => 'Try again later.',
  'too-many-messages': () => 'Move some of them to other folders on the server.',
  'too-many-folders': () => 'Remove folders on the server, or ask its operator.',
  'sign-in-needed': () => 'Sign in at the provider of the mailbox.',
  'sender-refused': () => 'Check the address of the account, or ask the operator of the outgoing server.',
  'message-too-large': () => 'Send it with smaller attachments.',
  'connection-lost': () => 'Try again.',
  stalled: () => 'Try again later, or ask its operator.',
  'timed-out': (server) => `Check host and port of the ${server} server, or try again later.`,
};

/** Characters of the server's or the library's words in a detail; prefix and advice take the rest of 300. */
const WORDS_LENGTH = 180;

/** Every failure of a mail server. Other modules decide by `reason`; people read `detail`. */
export class MailServerFailure extends Error {
  /** the cause, then advice: one line, at most 300 characters, no secret */
  readonly detail: string;

  /**
   * @param words of the server (`harmless`) or of the library; may be empty
   * @param advice a sentence instead of the usual one for the reason
   * @param code of the server (RFC 5530), such as `OVERQUOTA`; null: it gave none
   */
  constructor(
    readonly reason: FailureReason,
    words: string,
    readonly server: 'incoming' | 'outgoing',
    advice = ADVICE[reason](server),
    readonly code: string | null = null,
  ) {
    const cause = [PREFIX[reason], cleanLine(words, WORDS_LENGTH)].filter(Boolean).join(': ');
    const sentence = cause === '' || /[.!?]$/.test(cause) ? cause : `${cause}.`;
    const detail = [sentence, advice].filter(Boolean).join(' ');
    super(`${server}: ${reason} (${detail})`);
    this.name = 'MailServerFailure';
    this.detail = detail;
  }

  /** True if the server says that it has no such folder: by code (RFC 5530), or as Dovecot 2.3 and Courier put it. */
  get tellsAbsence(): boolean {
    if (this.reason !== 'refused-by-server') return false;
    return this.code === 'NONEXISTENT' || /mailbox (doesn't|does not) exist|no such mailbox/i.test(this.detail);
  }
}
