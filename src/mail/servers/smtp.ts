import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { harmless } from './echoes.js';
import { dial, tlsOptions } from './dial.js';
import { isBusy, refusalOf, wantsTls } from './login-refusal.js';
import { networkReason, networkWords } from './network-failure.js';
import { otherProtocol } from './spoken-protocol.js';
import { orWhatAnswers } from './what-answers.js';
import {
  type ConnectOptions,
  type Credentials,
  DEFAULT_TIMEOUT_MS,
  type FailureReason,
  MailServerFailure,
  type ServerSettings,
} from './servers.js';

/**
 * A nodemailer transport that asks the guard before each connection and dials only allowed addresses. Callers pass its
 * errors through `smtpFailure`. Aborting `options.signal` closes its connections.
 */
export function outgoingTransport(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
  onSocket: (socket: Socket) => void = () => undefined,
) {
  return createTransport({
    ...connectionOptions(settings, options),
    auth:
      'password' in credentials
        ? { user: credentials.login, pass: credentials.password }
        : { type: 'OAuth2', user: credentials.login, accessToken: credentials.accessToken },
    // Otherwise `verify` would accept a login at a server that offers no AUTH.
    forceAuth: true,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_, done) => {
      openSocket(settings, credentials, options).then(
        (connection) => {
          onSocket(connection);
          done(null, { connection });
        },
        (error: Error) => done(error),
      );
    },
  });
}

/** Options of nodemailer for a connection over a socket of `openSocket`. */
export function connectionOptions(
  settings: ServerSettings,
  { ca, timeoutMs = DEFAULT_TIMEOUT_MS }: Pick<ConnectOptions, 'ca' | 'timeoutMs'>,
) {
  return {
    // `host` serves TLS only, because `openSocket` connects. `requireTLS` fails where STARTTLS is not offered;
    // `ignoreTLS` never upgrades.
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    tls: tlsOptions(settings.host, ca),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    logger: false as const,
  };
}

/** @throws MailServerFailure when the outgoing server cannot be reached or refuses the login */
export async function tryLogin(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<void> {
  let socket: Socket | undefined;
  // A TLS handshake is no greeting yet.
  const hasHeard = (): boolean => settings.security !== 'tls' && (socket?.bytesRead ?? 0) > 0;
  await orWhatAnswers('outgoing', settings, options, {
    hasHeard,
    connect: (signal) => verify(settings, credentials, { ...options, signal }, (opened) => (socket = opened)),
  });
}

async function verify(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
  onSocket: (socket: Socket) => void,
): Promise<void> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    await outgoingTransport(settings, credentials, { ...options, signal }, onSocket).verify();
  } catch (error) {
    options.signal?.throwIfAborted();
    if (deadline.aborted)
      throw new MailServerFailure('timed-out', `no answer within ${timeoutMs / 1000} s`, 'outgoing');
    throw smtpFailure(error, credentials);
  }
}

/** Turns any error of nodemailer into a MailServerFailure, without the secret of `credentials`. */
export function smtpFailure(error: unknown, credentials: Credentials): MailServerFailure {
  if (error instanceof MailServerFailure) return error;
  const foreign: SmtpError = error instanceof Error ? error : new Error(String(error));
  const { response, message, originalCode, code } = foreign;
  const other = foreign.command === 'CONN' ? otherProtocol('outgoing', response ?? '') : undefined;
  if (other) return other;
  const words =
    response === undefined ? (networkWords(originalCode ?? code) ?? message) : harmless(response, credentials);
  return new MailServerFailure(reasonOf(foreign), words, 'outgoing');
}

export interface SmtpError extends Error {
  code?: string;
  originalCode?: string;
  response?: string;
  responseCode?: number;
  command?: string;
}

function reasonOf(error: SmtpError): FailureReason {
  const { code, response, responseCode = 0 } = error;
  const network = networkReason(error, error.originalCode ?? code);
  if (network) return network;
  if (code === 'ETLS') return error.command === 'STARTTLS' && response ? 'starttls-not-offered' : 'tls-failed';
  // RFC 5321 §4.2.1: 4xx is a temporary failure of the server.
  if (responseCode >= 400 && responseCode < 500) return 'temporarily-refused';
  if (code === 'EAUTH') return response ? loginRefusalOf(response, responseCode) : 'login-not-offered';
  if (!response) return 'connection-lost';
  if (wantsTls(response)) return 'tls-required';
  return isBusy(response) ? 'temporarily-refused' : 'refused-by-server';
}

/** RFC 4954 §6 and RFC 5321 §4.2.3: 500 to 504 is about the command, other 5xx replies are about the login. */
function loginRefusalOf(response: string, responseCode: number): FailureReason {
  if (responseCode >= 500 && responseCode <= 504 && !wantsTls(response)) return 'login-not-offered';
  return responseCode === 538 ? 'tls-required' : refusalOf({ words: response });
}

/** Connects to an address of the server that the guard allows. @throws MailServerFailure */
export function openSocket(
  settings: ServerSettings,
  credentials: Credentials,
  options: ConnectOptions,
): Promise<Socket> {
  const toFailure = (error: unknown): MailServerFailure => smtpFailure(error, credentials);
  return dial(settings, options, toFailure, async ({ address, timeoutMs, signal }) => {
    const socket = connect({ host: address, port: settings.port, signal: options.signal });
    const limit = setTimeout(() => socket.destroy(coded('ETIMEDOUT', 'no answer')), timeoutMs);
    const giveUp = (): void => void socket.destroy();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await connected(socket);
      return socket;
    } finally {
      signal.removeEventListener('abort', giveUp);
      clearTimeout(limit);
    }
  });
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(coded('ECONNRESET', 'closed while connecting')));
  });
}

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
