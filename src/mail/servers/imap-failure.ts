import type { ImapFlowError } from 'imapflow';
import { getStatusCode } from 'imapflow/lib/tools.js';
import { harmless } from './echoes.js';
import { isBusy, isThrottled, refusalOf, wantsTls } from './login-refusal.js';
import { networkReason, networkWords } from './network-failure.js';
import { type Credentials, type FailureReason, MailServerFailure } from './servers.js';

const timeouts = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT']);
const losses = new Set([
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
]);
/** Reasons of imapflow for not sending a login. */
const noWayToLogIn = new Set(['Unsupported authentication mechanism', 'No matching authentication method']);
const loginDisabled = 'Login is disabled';

/** Turns any error of imapflow into a MailServerFailure, without the secret of `credentials`. */
export function imapFailure(error: unknown, credentials: Credentials): MailServerFailure {
  if (error instanceof MailServerFailure) return error;
  const foreign: ImapFlowError = error instanceof Error ? error : new Error(String(error));
  const reply = [
    foreign.responseText,
    foreign.reason,
    typeof foreign.response === 'string' ? foreign.response : '',
  ].find(Boolean);
  // Errors of TLS have a `reason` of OpenSSL.
  const words = networkWords(foreign.code) ?? (reply ? harmless(reply, credentials) : wordsFor(foreign));
  return new MailServerFailure(reasonOf(foreign), words, 'incoming', undefined, codeOf(foreign));
}

const codeOf = ({ serverResponseCode, response }: ImapFlowError): string | null =>
  serverResponseCode ?? (getStatusCode(response) || null);

const wordsFor = ({ code = '', message }: ImapFlowError): string =>
  losses.has(code) ? 'the server closed the connection' : message;

function reasonOf(error: ImapFlowError): FailureReason {
  const code = error.code ?? '';
  if (noWayToLogIn.has(error.message)) return 'login-not-offered';
  if (error.message === loginDisabled) return 'tls-required';
  if (error.authenticationFailed) return loginRefusalOf(error);
  if (code === 'ETHROTTLE') return 'temporarily-refused';
  if (code === 'MissingTag' && wantsTls(error.responseText ?? '')) return 'tls-required';
  if (error.tlsFailed && code !== 'STARTTLS_INJECTION' && /not support STARTTLS|PREAUTH/.test(error.message))
    return 'starttls-not-offered';
  const network = networkReason(error, error.code);
  if (network) return network;
  if (error.tlsFailed) return 'tls-failed';
  if (timeouts.has(code)) return 'timed-out';
  if (!losses.has(code)) {
    const { responseText: words = '' } = error;
    return isThrottled({ code: codeOf(error) ?? undefined, words }) ? 'temporarily-refused' : 'refused-by-server';
  }
  if (!error.reason) return 'connection-lost';
  // BYE instead of a greeting, or with words about the state of the server (RFC 9051 §7.1.5)
  return code.startsWith('ClosedAfterConnect') || isBusy(error.reason) ? 'temporarily-refused' : 'refused-by-server';
}

function loginRefusalOf(error: ImapFlowError): FailureReason {
  if (isOAuthServerDown(error)) return 'temporarily-refused';
  const { responseStatus: status, serverResponseCode: code, responseText, response } = error;
  return refusalOf({ status, code, words: responseText ?? (typeof response === 'string' ? response : '') });
}

/** A refusal after the status 5xx of an OAuth server (RFC 7628 §3.2.2) says nothing about the token. */
function isOAuthServerDown({ oauthError }: ImapFlowError): boolean {
  const { status } = (oauthError ?? {}) as { status?: unknown };
  return /^(5\d\d|temporarily_unavailable|server_error)$/.test(String(status));
}
