import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AskedRequest, NotSignedIn } from '../auth/caller.js';

const SMALL_BYTES = 16 * 1024;
/** The only open route with a body. */
const SIGN_IN = '/api/session';
/** Routes with small files in their bodies. */
const WITH_FILES = new Set([
  '/api/accounts/:id/messages',
  '/api/accounts/:id/drafts',
  '/api/drafts/:id',
  '/api/drafts/:id/send',
]);
const WITH_FILES_BYTES = 12 * 1024 * 1024;

/** Reads a large body only for a known caller, so that nobody else causes the work. Call it before adding routes. */
export function readLargeBodiesOfKnownCallers(
  fastify: FastifyInstance,
  callerOf: (request: AskedRequest) => Promise<unknown>,
): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === SIGN_IN) route.bodyLimit = SMALL_BYTES;
    if (WITH_FILES.has(route.url)) route.bodyLimit = WITH_FILES_BYTES;
  });
  fastify.addHook('preParsing', async (request) => {
    if (!maybeLarge(request) || request.is404 || request.routeOptions.url === SIGN_IN) return;
    if (!(await callerOf(request))) throw new NotSignedIn();
  });
}

const maybeLarge = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SMALL_BYTES;
