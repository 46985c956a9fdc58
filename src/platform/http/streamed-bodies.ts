import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { problemOfStatus } from './problems.js';
import { answerUnreadable } from './unreadable-requests.js';

/** Routes that read a body of any media type from the socket, while it arrives. */
const STREAMED: ReadonlySet<string> = new Set(['/api/uploads']);
/** Time for a whole request with its body, however steadily its bytes come. */
const BODY_MS = 30_000;
/** The same for a streamed body: 50 MB at 700 kbit/s. */
export const STREAMED_BODY_MS = 600_000;
const STREAM = 'application/octet-stream';

/** Media type of a streamed body, as its sender gives it. */
export const sentType = (request: FastifyRequest): string => types.get(request) ?? STREAM;
const types = new WeakMap<FastifyRequest, string>();

/**
 * Leaves the bodies of streamed routes unread, also JSON, and refuses others than JSON elsewhere. Ends a request with
 * another body that is too slow; the server itself knows one time for all routes, the longest.
 */
export function streamBodies(fastify: FastifyInstance): void {
  const server = fastify.server as Server & { bodyTimeout?: number };
  const arriving = new Set<Socket>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isStreamed(request)) {
      const { raw } = request;
      arriving.add(raw.socket);
      raw.once('close', () => arriving.delete(raw.socket));
      types.set(request, request.headers['content-type'] ?? STREAM);
      request.headers['content-type'] = STREAM;
    } else if (hasBody(request)) endIfSlow(request, server.bodyTimeout ?? BODY_MS);
    done();
  });
  // A stop does not wait for a slow sender.
  fastify.addHook('preClose', (done) => {
    for (const socket of arriving) socket.destroy();
    done();
  });
  fastify.addContentTypeParser(STREAM, (request, _payload, done) => {
    if (isStreamed(request)) return done(null, undefined);
    const { title } = problemOfStatus(415);
    done(Object.assign(new Error(`${title}: send JSON`), { statusCode: 415 }), undefined);
  });
}

const isStreamed = ({ routeOptions }: FastifyRequest): boolean => STREAMED.has(routeOptions.url ?? '');

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function endIfSlow({ raw }: FastifyRequest, ms: number): void {
  const timer = setTimeout(() => {
    if (!raw.complete) answerUnreadable({ name: 'Error', message: '', code: 'ERR_HTTP_REQUEST_TIMEOUT' }, raw.socket);
  }, ms);
  timer.unref();
  raw.once('close', () => clearTimeout(timer));
}
