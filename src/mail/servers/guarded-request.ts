import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { tlsOptions } from './dial.js';
import { networkReason } from './network-failure.js';
import type { OutboundGuard } from './outbound-guard.js';

const MAX_BYTES = 100_000;
const MAX_HEADER_BYTES = 16_384;
/** Addresses of a host to try, one after the other. */
const MAX_ADDRESSES = 2;

interface GuardedRequest {
  guard: OutboundGuard;
  port: number;
  signal: AbortSignal;
  /** PEM certificates to trust beside the well-known authorities */
  ca?: string | undefined;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | undefined;
}

/**
 * One HTTP request to an untrusted host: the guard resolves the host, and the request uses only the guard's addresses.
 * A redirect is returned as an answer.
 * @throws HostNotAllowed, HostUnknown, or Node's error about the connection
 */
export async function guardedRequest(url: URL, request: GuardedRequest): Promise<IncomingMessage> {
  const host = hostOf(url);
  const addresses = await request.guard.resolve(host);
  let failure: unknown;
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    try {
      return await requestAt(address, host, url, request);
    } catch (error) {
      failure = error;
      if (request.signal.aborted || !mayRetry(request, error)) break;
    }
  }
  throw failure;
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/** A request that may change something is sent again only when no server can have received it. */
const mayRetry = ({ method = 'GET' }: GuardedRequest, error: unknown): boolean =>
  method === 'GET' || networkReason(error, (error as NodeJS.ErrnoException).code) === 'unreachable';

function requestAt(address: string, host: string, url: URL, given: GuardedRequest): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const { port, signal, ca, method = 'GET', headers = {}, body } = given;
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const options: RequestOptions = {
    host: address,
    port,
    method,
    path: url.pathname + url.search,
    headers: { ...headers, Host: url.port === '' ? name : `${name}:${url.port}`, 'User-Agent': 'Mailroom' },
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
    ...(secure ? tlsOptions(host, ca) : {}),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? secureRequest : plainRequest)(options);
    request.once('response', resolve);
    // Not `once`: the connection may also break after the response event, and an unheard error would end the process.
    request.on('error', reject);
    request.end(body);
  });
}

/** @throws Error for a compressed body, or one over 100 kB */
export async function wholeBody(answer: IncomingMessage): Promise<Buffer> {
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new Error('Response compressed against the request. Turn compression off on the server.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      answer.destroy();
      throw new Error(`Response larger than ${MAX_BYTES} bytes. Check the address.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
