import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HTML, wantsPage } from './page.js';

/** Hash of the only style element: `touch-action` of buttons, which React Aria inserts. */
const OF_REACT_ARIA = 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=';

/** The editor reads the style attributes of pasted text, for example of bold words; the page shows no HTML of mail. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' '${OF_REACT_ARIA}'`,
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Policy of the empty document that the page fills with the HTML of a message: no script, no form, no loads but
 * pictures; those of other servers only in the document for `?images`.
 */
const frameWith = (pictures: string): string =>
  [
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data:${pictures}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  ].join('; ');
const FRAME_POLICY = frameWith('');
const FRAME_POLICY_WITH_IMAGES = frameWith(' https: http:');
/** Mail can be opened during a short outage. */
const FRAME_CACHE = 'private, max-age=3600';
const BY_PROVIDER = '<meta name="sign-in-provider" content="openid">';
const OF_THE_INTERFACE = /^\/(api|health|metrics)(?=[/?#]|$)/;
const YEAR_MS = 31_536_000_000;

/**
 * Serves the built page under `/`. Paths of its screens are unknown to the service: a browser that opens one gets the
 * same document. Names of all other files carry a hash of their content, so browsers keep them.
 * @param folder the built page
 * @param byProvider true: people may sign in at the company's OpenID provider; the document says so in a `meta` element
 */
export async function servePage(fastify: FastifyInstance, folder: string, byProvider = false): Promise<void> {
  const built = readFileSync(join(folder, 'index.html'), 'utf8');
  const document = byProvider ? built.replace('<title>', `${BY_PROVIDER}<title>`) : built;
  await fastify.register(files, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    wildcard: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: YEAR_MS,
  });
  const send = { 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' };
  fastify.get('/', (_request, reply) => reply.headers(send).type(HTML).send(document));
  const frame = readFileSync(join(folder, 'frame.html'), 'utf8');
  fastify.get<{ Querystring: { images?: string } }>('/frame.html', (request, reply) => {
    const policy = request.query.images === undefined ? FRAME_POLICY : FRAME_POLICY_WITH_IMAGES;
    return reply.headers({ 'Content-Security-Policy': policy, 'Cache-Control': FRAME_CACHE }).type(HTML).send(frame);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const isScreen = request.is404 && request.method === 'GET' && !OF_THE_INTERFACE.test(request.url);
    if (!isScreen || !wantsPage(request.headers.accept)) return done();
    void reply.headers(send).type(HTML).send(document);
  });
}

/** True if the build has a page. */
export const hasPage = (folder: string): boolean => existsSync(join(folder, 'index.html'));
