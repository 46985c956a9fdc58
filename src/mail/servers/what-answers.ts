import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { tlsOptions } from './dial.js';
import { type ConnectOptions, MailServerFailure, type ServerSettings } from './servers.js';
import { EXPECTED, isTlsRecord, otherProtocol, protocolOf } from './spoken-protocol.js';

type Side = 'incoming' | 'outgoing';

/** Servers greet within this time, or wait for TLS or a request. */
const SILENCE_MS = 1500;
/** ms for all looks at a server */
const LOOK_MS = 5000;
const ENOUGH_BYTES = 1000;
const SUSPECT: ReadonlySet<string> = new Set(['tls-failed', 'connection-lost', 'refused-by-server']);

interface Attempt<T> {
  /** connects; throws MailServerFailure, or the reason of `signal` */
  connect: (signal: AbortSignal) => Promise<T>;
  /** true once the server has sent something */
  hasHeard: () => boolean;
}

/**
 * Runs an attempt to connect. While the server is silent, or once the attempt has failed, further connections without
 * a login find out if the server speaks another protocol, or with other encryption: then that is the failure, at once.
 * @throws MailServerFailure, or the reason of `options.signal` after its abort
 */
export async function orWhatAnswers<T>(
  side: Side,
  settings: ServerSettings,
  options: ConnectOptions,
  { connect, hasHeard }: Attempt<T>,
): Promise<T> {
  const misfit = new AbortController();
  const over = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, misfit.signal]) : misfit.signal;
  let looked: Promise<MailServerFailure | undefined> | undefined;
  const look = (): Promise<MailServerFailure | undefined> => (looked ??= whatAnswers(side, settings, options));
  const lookAtSilence = async (): Promise<void> => {
    await pause(SILENCE_MS, undefined, { signal: over.signal });
    const failure = hasHeard() ? undefined : await look();
    if (failure && !over.signal.aborted) misfit.abort(failure);
  };
  // Rejects only by the abort of its pause.
  lookAtSilence().catch(() => undefined);
  try {
    return await connect(signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof MailServerFailure) || misfit.signal.aborted || !SUSPECT.has(error.reason)) throw error;
    throw (await look()) ?? error;
  } finally {
    over.abort();
  }
}

/** Undefined when the server answers as the settings say, or not at all. Never fails. */
async function whatAnswers(
  side: Side,
  { host, port, security }: ServerSettings,
  { guard, signal, ca }: ConnectOptions,
): Promise<MailServerFailure | undefined> {
  const limit = AbortSignal.timeout(LOOK_MS);
  const end = signal ? AbortSignal.any([signal, limit]) : limit;
  const [address] = await guard.resolve(host).catch(() => []);
  if (address === undefined || end.aborted) return undefined;
  const [plain, inTls] = await Promise.all([
    firstBytes(connect({ host: address, port }), 'connect', end),
    // Only the greeting is read, and nothing secret is sent.
    firstBytes(
      connectTls({ host: address, port, ...tlsOptions(host, ca), rejectUnauthorized: false }),
      'secureConnect',
      end,
    ),
  ]);
  const [expected, other] = security === 'tls' ? [inTls, plain] : [plain, inTls];
  const protocol = EXPECTED[side];
  if (expected !== null && protocolOf(expected) === protocol) return undefined;
  if (other !== null && protocolOf(other) === protocol) return otherSecurity(side, security);
  const different = [expected, other].flatMap((bytes) => otherProtocol(side, bytes ?? '') ?? [])[0];
  if (different) return different;
  const speaksTls = inTls !== null || (plain !== null && isTlsRecord(plain));
  return security !== 'tls' && speaksTls ? otherSecurity(side, security) : undefined;
}

const TLS_PORT = { incoming: 993, outgoing: 465 };

function otherSecurity(side: Side, security: ServerSettings['security']): MailServerFailure {
  return security === 'tls'
    ? new MailServerFailure(
        'tls-failed',
        `the server speaks ${EXPECTED[side]} without TLS at this port`,
        side,
        `Choose security "starttls" for the ${side} server, or "tls" at another port, usually ${TLS_PORT[side]}.`,
      )
    : new MailServerFailure(
        'tls-required',
        'the server speaks TLS at this port from the first byte on',
        side,
        `Choose security "tls" for the ${side} server.`,
      );
}

/** The first bytes of a server, '' for a silent one; null without a connection. A silent server gets a request. */
async function firstBytes(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  end: AbortSignal,
): Promise<string | null> {
  let bytes = '';
  let isOpen = false;
  const finished = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.toString('latin1', 0, ENOUGH_BYTES);
      if (bytes.includes('\n') || bytes.length >= ENOUGH_BYTES || isTlsRecord(bytes)) resolve();
    });
    socket.once(ready, () => (isOpen = true));
    // Web servers wait for a request, and TLS servers answer one with an alert.
    socket.once(ready, () => setTimeout(() => bytes === '' && socket.write('GET / HTTP/1.0\r\n\r\n'), 500).unref());
    socket.once('error', () => resolve());
    socket.once('close', () => resolve());
    end.addEventListener('abort', () => resolve(), { once: true });
  });
  await finished;
  socket.on('error', () => undefined);
  socket.destroy();
  return isOpen ? bytes : null;
}
