import type { IncomingMessage } from 'node:http';
import { guardedRequest, wholeBody } from '../servers/guarded-request.js';
import type { OutboundGuard } from '../servers/outbound-guard.js';
import type { UsualPorts } from './offer.js';

const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface GetOptions {
  guard: OutboundGuard;
  ports: UsualPorts;
  signal: AbortSignal;
  ca?: string | undefined;
}

interface FetchedFile {
  text: string;
  /** true: every request, also after redirects, used TLS with a verified certificate */
  secure: boolean;
}

/**
 * Fetches a small file from an untrusted host. For each URL, also of a redirect, the guard resolves the host, and the
 * request uses only the guard's addresses and the usual port. A redirect from https to http is an error.
 * @throws Error for each answer other than status 200 with at most 100 kB
 */
export async function guardedGet(first: string, options: GetOptions): Promise<FetchedFile> {
  let url = new URL(first);
  let secure = true;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    secure &&= url.protocol === 'https:';
    const answer = await request(url, options);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) return { text: (await wholeBody(answer)).toString('utf8'), secure };
    answer.destroy();
    if (!REDIRECTS.includes(statusCode) || headers.location === undefined)
      throw new Error(`HTTP status ${statusCode} instead of 200`);
    url = redirectTarget(url, headers.location);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

function redirectTarget(from: URL, location: string): URL {
  const to = new URL(location, from);
  const allowed = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  if (!allowed || to.port !== '' || to.username !== '' || to.password !== '')
    throw new Error('redirect to a forbidden URL');
  return to;
}

const request = (url: URL, { guard, ports, signal, ca }: GetOptions): Promise<IncomingMessage> =>
  guardedRequest(url, {
    guard,
    port: url.protocol === 'https:' ? ports.https : ports.http,
    signal,
    ca,
    headers: { Accept: 'text/xml, application/xml' },
  });
