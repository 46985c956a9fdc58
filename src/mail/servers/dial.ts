import { isIP } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { HostNotAllowed, HostUnknown } from './outbound-guard.js';
import {
  type ConnectOptions,
  DEFAULT_TIMEOUT_MS,
  type FailureReason,
  MailServerFailure,
  type ServerSettings,
} from './servers.js';

export interface Dial {
  /** an IP address that the guard let through */
  address: string;
  /** ms for the TCP and TLS handshakes of this address */
  timeoutMs: number;
  /** aborted when the time for everything is up, or the caller gives up: whoever connects closes then */
  signal: AbortSignal;
}

type Words = (error: unknown) => MailServerFailure;

/**
 * Tries the addresses of a server in turn until one answers; what the server itself says is final. Settles within
 * `options.timeoutMs`.
 * @param words turns a foreign failure into one of ours
 * @throws MailServerFailure, or the reason of `options.signal` once that is aborted
 */
export async function dial<T>(
  settings: ServerSettings,
  options: ConnectOptions,
  words: Words,
  connect: (dial: Dial) => Promise<T>,
): Promise<T> {
  const { guard, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    const addresses = await beforeAbort(guard.resolve(settings.host), signal);
    const dials = addresses.map((address) => ({ address, timeoutMs: Math.ceil(timeoutMs / addresses.length), signal }));
    return await beforeAbort(firstAnswering(dials, words, connect), signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    const failure = words(error);
    if (!deadline.aborted) throw failure;
    throw new MailServerFailure('timed-out', `no answer within ${timeoutMs / 1000} s`, failure.server);
  }
}

async function firstAnswering<T>(dials: Dial[], words: Words, connect: (dial: Dial) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const attempt of dials) {
    try {
      return await connect(attempt);
    } catch (error) {
      last = error;
      const { reason } = words(error);
      if (attempt.signal.aborted || (reason !== 'unreachable' && reason !== 'timed-out')) break;
    }
  }
  throw last;
}

function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject);
  });
}

const MIN_VERSION = 'TLSv1.2';

/** TLS is about the host that the user named, not about the address that is dialled. SNI takes no addresses (RFC 6066 §3). */
export function tlsOptions(
  host: string,
  ca?: string,
): { servername?: string; secureContext?: SecureContext; minVersion: typeof MIN_VERSION } {
  return {
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca ? { secureContext: trusting(ca) } : {}),
    minVersion: MIN_VERSION,
  };
}

const contexts = new Map<string, SecureContext>();

/** Made once: reading every well-known authority again for each connection takes longer than the connection. */
function trusting(ca: string): SecureContext {
  const context = contexts.get(ca) ?? createSecureContext({ ca: [...rootCertificates, ca], minVersion: MIN_VERSION });
  contexts.set(ca, context);
  return context;
}

const tlsFailures =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|ERR_TLS_|ERR_SSL_|EPROTO$)/;
const networkFailures: Record<string, FailureReason> = {
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'connection-lost',
  ECONNABORTED: 'connection-lost',
  EPIPE: 'connection-lost',
};

/** What the guard, Node's sockets and Node's TLS say, in words of ours; null for anything else. */
export function networkReason(error: unknown, code: string | undefined): FailureReason | null {
  if (error instanceof HostNotAllowed) return 'host-not-allowed';
  if (error instanceof HostUnknown) return 'host-unknown';
  if (code === undefined) return null;
  return tlsFailures.test(code) ? 'tls-failed' : (networkFailures[code] ?? null);
}
