import type { ImapFlowError } from 'imapflow';
import { networkReason } from './dial.js';
import { harmless } from './echoes.js';
import { type Credentials, type FailureReason, MailServerFailure } from './servers.js';

const timeouts = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT']);
const losses = new Set([
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
]);
/** Response codes (RFC 5530 §3) of refused logins with a cause other than the password. */
const notAboutThePassword = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'OVERQUOTA', 'SERVERBUG', 'CONTACTADMIN']);

/** Turns any error of imapflow into a MailServerFailure, without the secret of `credentials`. */
export function imapFailure(error: unknown, credentials: Credentials): MailServerFailure {
  if (error instanceof MailServerFailure) return error;
  const foreign: ImapFlowError = error instanceof Error ? error : new Error(String(error));
  const reply = [
    foreign.responseText,
    foreign.reason,
    typeof foreign.response === 'string' ? foreign.response : '',
  ].find(Boolean);
  return new MailServerFailure(reasonOf(foreign), reply ? harmless(reply, credentials) : foreign.message, 'incoming');
}

function reasonOf(error: ImapFlowError): FailureReason {
  const code = error.code ?? '';
  if (error.authenticationFailed)
    return notAboutThePassword.has(error.serverResponseCode ?? '') ? 'refused-by-server' : 'login-refused';
  if (error.tlsFailed && code !== 'STARTTLS_INJECTION' && /not support STARTTLS|PREAUTH/.test(error.message))
    return 'starttls-not-offered';
  const network = networkReason(error, error.code);
  if (network) return network;
  if (error.tlsFailed) return 'tls-failed';
  if (timeouts.has(code)) return 'timed-out';
  if (losses.has(code)) return error.reason ? 'refused-by-server' : 'connection-lost';
  return 'refused-by-server';
}
