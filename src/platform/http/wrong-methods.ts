import { HttpException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';

/** Reading of paths by the router of Fastify; `refuseWrongMethods` reads them in the same way. */
export const ROUTER = { maxParamLength: 200, ignoreTrailingSlash: true };

/**
 * Answers 405 with `Allow` to a method that an existing path does not have; Fastify itself answers 404. Routes that
 * were added before this call are unknown to it.
 */
export function refuseWrongMethods(fastify: FastifyInstance): void {
  const router = findMyWay(ROUTER);
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ method, url }) => {
    const path = url.replaceAll(/:\w+/g, ':parameter');
    const methods = methodsOf.get(path) ?? new Set();
    if (!methodsOf.has(path)) router.on('GET', path, () => undefined, methods);
    methodsOf.set(path, methods);
    for (const each of [method].flat()) methods.add(each);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const found = request.is404 ? router.find('GET', request.url.replace(/[?#].*/s, '')) : null;
    if (found === null) return done();
    const allowed = [...(found.store as Set<string>)].sort();
    void reply.header('Allow', allowed.join(', '));
    const detail = `This path does not take ${request.method}. Its methods are: ${allowed.join(', ')}.`;
    done(new HttpException(detail, 405) as never);
  });
}
