import { isIP } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { type ConnectOptions, DEFAULT_TIMEOUT_MS, MailServerFailure, type ServerSettings } from './servers.js';

export interface Dial {
  /** an IP address that the guard allows */
  address: string;
  /** ms for the TCP and TLS handshakes of this address */
  timeoutMs: number;
  /** aborted at the deadline for all addresses, or when the caller aborts: `connect` closes its connection then */
  signal: AbortSignal;
}

type ToFailure = (error: unknown) => MailServerFailure;

/**
 * Tries the addresses of a server in turn until one answers; an answer of the server, also a refusal, is final.
 * Settles within `options.timeoutMs`.
 * @throws MailServerFailure, or the reason of `options.signal` after its abort
 */
export async function dial<T>(
  settings: ServerSettings,
  options: ConnectOptions,
  toFailure: ToFailure,
  connect: (dial: Dial) => Promise<T>,
): Promise<T> {
  const { guard, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    const addresses = await beforeAbort(guard.resolve(settings.host), signal);
    const dials = addresses.map((address) => ({ address, timeoutMs: Math.ceil(timeoutMs / addresses.length), signal }));
    return await beforeAbort(firstAnswering(dials, toFailure, connect), signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    const failure = toFailure(error);
    if (!deadline.aborted) throw failure;
    throw new MailServerFailure('timed-out', `no answer within ${timeoutMs / 1000} s`, failure.server);
  }
}

async function firstAnswering<T>(dials: Dial[], toFailure: ToFailure, connect: (dial: Dial) => Promise<T>): Promise<T> {
  let last: unknown;
  for (const attempt of dials) {
    try {
      return await connect(attempt);
    } catch (error) {
      last = error;
      const { reason } = toFailure(error);
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

/** TLS verifies the host that the user entered, not the dialled address. SNI takes no IP addresses (RFC 6066 §3). */
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

/** Cached, because reading all well-known authorities takes longer than a connection. */
function trusting(ca: string): SecureContext {
  const context = contexts.get(ca) ?? createSecureContext({ ca: [...rootCertificates, ca], minVersion: MIN_VERSION });
  contexts.set(ca, context);
  return context;
}
