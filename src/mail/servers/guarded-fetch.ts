import ipaddr from 'ipaddr.js';
import { guardedRequest, hostOf, wholeBody } from './guarded-request.js';
import { HostNotAllowed, type OutboundGuard } from './outbound-guard.js';

const TIME_MS = 10_000;
const HTTPS = 443;
const HTTP = 80;
const WITHOUT_BODY = new Set([204, 205, 304]);

export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` that cannot reach into the own network: the guard checks the host, TLS is verified, an answer takes at most
 * 10 s and 100 kB, and no redirect is followed. Requests carry secrets, so http works only with this machine itself.
 * @param ca PEM certificates to trust beside the well-known authorities
 */
export const guardedFetch =
  (guard: OutboundGuard, ca?: string): Fetch =>
  async (input, init) => {
    const request = new Request(input, { ...init, redirect: 'manual' });
    const url = new URL(request.url);
    const secure = url.protocol === 'https:';
    if (!secure) await requireLoopback(url, guard);
    const answer = await guardedRequest(url, {
      guard,
      port: url.port === '' ? (secure ? HTTPS : HTTP) : Number(url.port),
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIME_MS)]),
      ca,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? undefined : Buffer.from(await request.arrayBuffer()),
    });
    const status = answer.statusCode ?? 0;
    const body = await wholeBody(answer);
    const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    );
    return new Response(WITHOUT_BODY.has(status) ? null : body, { status, headers });
  };

async function requireLoopback(url: URL, guard: OutboundGuard): Promise<void> {
  const host = hostOf(url);
  const addresses = url.protocol === 'http:' ? await guard.resolve(host) : [];
  if (addresses.length === 0 || !addresses.every((address) => ipaddr.process(address).range() === 'loopback'))
    throw new HostNotAllowed(host, 'is another machine and needs an https address');
}
