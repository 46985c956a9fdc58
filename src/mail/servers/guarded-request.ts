import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { networkReason, tlsOptions } from './dial.js';
import type { OutboundGuard } from './outbound-guard.js';

const MOST_BYTES = 100_000;
const MOST_HEADER_BYTES = 16_384;
/** Where one of several addresses does not answer, the next gets its turn. */
const ADDRESSES = 2;

export interface GuardedRequest {
  guard: OutboundGuard;
  port: number;
  signal: AbortSignal;
  /** PEM to trust beside the well-known authorities */
  ca?: string | undefined;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | undefined;
}

/**
 * One HTTP request to a host that somebody named: it goes through the guard and is dialled at the address that the guard saw.
 * A redirect is an answer like any other.
 * @throws HostNotAllowed, HostUnknown, or what Node says of the connection
 */
export async function guardedRequest(url: URL, request: GuardedRequest): Promise<IncomingMessage> {
  const host = hostOf(url);
  const addresses = await request.guard.resolve(host);
  let failure: unknown;
  for (const address of addresses.slice(0, ADDRESSES)) {
    try {
      return await askedAt(address, host, url, request);
    } catch (error) {
      failure = error;
      if (request.signal.aborted || !mayBeAskedAgain(request, error)) break;
    }
  }
  throw failure;
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/** What changes something is sent a second time only when nobody can have read it the first time. */
const mayBeAskedAgain = ({ method = 'GET' }: GuardedRequest, error: unknown): boolean =>
  method === 'GET' || networkReason(error, (error as NodeJS.ErrnoException).code) === 'unreachable';

function askedAt(address: string, host: string, url: URL, asked: GuardedRequest): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const { port, signal, ca, method = 'GET', headers = {}, body } = asked;
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const options: RequestOptions = {
    host: address,
    port,
    method,
    path: url.pathname + url.search,
    headers: { ...headers, Host: url.port === '' ? name : `${name}:${url.port}`, 'User-Agent': 'Mailroom' },
    agent: false,
    maxHeaderSize: MOST_HEADER_BYTES,
    signal,
    ...(secure ? tlsOptions(host, ca) : {}),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? secureRequest : plainRequest)(options);
    request.once('response', resolve);
    // It stays: a connection may also break when the answer is there, and then nobody else hears of it.
    request.on('error', reject);
    request.end(body);
  });
}

/** @throws Error when it is compressed, or longer than 100 kB */
export async function wholeBody(answer: IncomingMessage): Promise<Buffer> {
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new Error('compressed without being asked to');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      answer.destroy();
      throw new Error('too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
