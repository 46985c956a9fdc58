import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { tlsOptions } from '../dial.js';
import type { OutboundGuard } from '../outbound-guard.js';
import type { UsualPorts } from './offer.js';

const MOST_BYTES = 100_000;
const MOST_REDIRECTS = 3;
const MOST_HEADER_BYTES = 16_384;
/** Where one of several addresses hangs, the next gets its turn. */
const ADDRESSES = 2;

export interface GetOptions {
  guard: OutboundGuard;
  ports: UsualPorts;
  signal: AbortSignal;
  ca?: string | undefined;
}

export interface Got {
  text: string;
  /** every step of the way was TLS with a verified certificate */
  secure: boolean;
}

/**
 * A small file from a host that a stranger named. Each target, also of a redirect, goes through the guard and is dialled at the
 * address that the guard saw, on the usual port only; https never becomes http.
 * @throws Error for anything but a 200 with at most 100 kB
 */
export async function guardedGet(first: string, options: GetOptions): Promise<Got> {
  let url = new URL(first);
  let secure = true;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    secure &&= url.protocol === 'https:';
    const answer = await asked(url, options);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) return { text: await wholeText(answer), secure };
    answer.destroy();
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
      throw new Error(`answered ${statusCode}`);
    url = followed(url, headers.location);
  }
  throw new Error('redirected too often');
}

function followed(from: URL, location: string): URL {
  const to = new URL(location, from);
  const allowed = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  if (!allowed || to.port !== '' || to.username !== '' || to.password !== '')
    throw new Error('redirected to where it may not lead');
  return to;
}

async function asked(url: URL, options: GetOptions): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await options.guard.resolve(host);
  let failure: unknown;
  for (const address of addresses.slice(0, ADDRESSES)) {
    try {
      return await askedAt(address, host, url, options);
    } catch (error) {
      failure = error;
      if (options.signal.aborted) break;
    }
  }
  throw failure;
}

function askedAt(address: string, host: string, url: URL, { ports, signal, ca }: GetOptions): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (secure ? secureRequest : plainRequest)({
      host: address,
      port: secure ? ports.https : ports.http,
      path: url.pathname + url.search,
      headers: { Host: isIP(host) === 6 ? `[${host}]` : host, Accept: 'text/xml, application/xml', 'User-Agent': 'Mailroom' },
      agent: false,
      maxHeaderSize: MOST_HEADER_BYTES,
      signal,
      ...(secure ? tlsOptions(host, ca) : {}),
    });
    request.once('response', resolve);
    // It stays: a connection may also break when the answer is there, and then nobody else hears of it.
    request.on('error', reject);
    request.end();
  });
}

async function wholeText(answer: IncomingMessage): Promise<string> {
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Error('compressed without being asked to');
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
  return Buffer.concat(chunks).toString('utf8');
}
