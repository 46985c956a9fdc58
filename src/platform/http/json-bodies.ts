import type { FastifyInstance } from 'fastify';
import { textBeyondBounds } from './input-bounds.js';
import { BadInput } from './problems.js';

/**
 * Every body is JSON; Fastify refuses any other media type with 415. Many clients send `Content-Type: application/json`
 * without a body, which counts as no body.
 */
export function parseJsonOnly(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser(['text/plain', 'application/json']);
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    const message = textBeyondBounds(body);
    if (message !== undefined) return done(new BadInput([{ field: 'body', message }]));
    void parse(request, body, done);
  });
}
