import type { IncomingMessage } from 'node:http';
import { guardedRequest, wholeBody } from '../servers/guarded-request.js';
import type { OutboundGuard } from '../servers/outbound-guard.js';
import type { UsualPorts } from './offer.js';

const MOST_REDIRECTS = 3;

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
    if (statusCode === 200) return { text: (await wholeBody(answer)).toString('utf8'), secure };
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

const asked = (url: URL, { guard, ports, signal, ca }: GetOptions): Promise<IncomingMessage> =>
  guardedRequest(url, {
    guard,
    port: url.protocol === 'https:' ? ports.https : ports.http,
    signal,
    ca,
    headers: { Accept: 'text/xml, application/xml' },
  });
