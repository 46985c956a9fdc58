import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type AskedRequest, KnownCallers } from '../auth/caller.js';
import { compressAnswers } from './compression.js';
import { describe } from './describe.js';
import { serveDocs } from './docs.js';
import { parseJsonOnly } from './json-bodies.js';
import { LateRecords } from './late-records.js';
import { readLargeBodiesOfKnownCallers } from './large-bodies.js';
import { validation } from './input.js';
import { boundInput } from './input-bounds.js';
import { ProblemFilter } from './problems.js';
import { type Refusal, Refusals } from './refusals.js';
import { hasPage, servePage } from './serve-page.js';
import { streamBodies, STREAMED_BODY_MS } from './streamed-bodies.js';
import { answerUnreadable, answerUnroutable } from './unreadable-requests.js';
import { refuseWrongMethods, ROUTER } from './wrong-methods.js';

const BODY_BYTES = 1024 * 1024;
const HEADERS_MS = 20_000;
const CHECKED_EVERY_MS = 2000;

/**
 * Creates the application with all conventions of the interface; it does not listen yet.
 * @param trustedProxies addresses of the only proxies that may tell the client's address and protocol
 * @param page folder of the built page; without one, `/` leads to the description of the interface
 * @param byProvider true: the page offers the sign-in at the company's OpenID provider
 */
export async function createHttp(
  module: DynamicModule,
  logger: Logger,
  trustedProxies: readonly string[],
  page: string,
  byProvider = false,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: BODY_BYTES,
    requestTimeout: STREAMED_BODY_MS,
    // Node swaps both timeouts if that of the headers is longer.
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECKED_EVERY_MS },
    routerOptions: ROUTER,
    genReqId: (request: { headers: Record<string, string | string[] | undefined> }) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    },
    logger: false,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
    // Fastify itself parses JSON; the parser of Nest would add forms.
    bodyParser: false,
  });
  app.useGlobalPipes(validation());
  const refusals = new WeakMap<object, Refusal>();
  app.useGlobalFilters(new ProblemFilter(logger, (request, refusal) => refusals.set(request, refusal)));
  await app.register(cookie as never);
  await app.register(helmet as never, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  await compressAnswers(app);
  const fastify = app.getHttpAdapter().getInstance();
  refuseWrongMethods(fastify);
  parseJsonOnly(fastify);
  streamBodies(fastify);
  boundInput(fastify);
  readLargeBodiesOfKnownCallers(fastify, (request) => app.get(KnownCallers, { strict: false }).of(request));
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id).header('Cache-Control', 'no-store');
    done();
  });
  fastify.addHook('onSend', async (request, _reply, payload) => {
    const refusal = refusals.get(request);
    if (!refusal) return payload;
    const record = (): Promise<void> => app.get(Refusals, { strict: false }).refused(request, refusal);
    const failed = (error: unknown): void =>
      logger.error({ reqId: request.id, err: error }, 'a refused attempt could not be recorded');
    // The time of a 404 must not tell whether the resource is missing or hidden.
    if (refusal.problem.status === 404) await app.get(LateRecords, { strict: false }).begin(record, failed);
    else await record().catch(failed);
    return payload;
  });
  // An answer on its way keeps its connection alive for the time that was set when it ended: more than a minute.
  fastify.addHook('preClose', (done) => {
    fastify.server.keepAliveTimeout = 1;
    done();
  });
  fastify.addHook('onClose', async () => void (await app.get(LateRecords, { strict: false }).settled()));
  fastify.addHook('onResponse', (request, reply, done) => {
    const { caller } = request as AskedRequest;
    logger.info(
      {
        reqId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        by: caller?.origin.by,
      },
      'request',
    );
    done();
  });
  serveDocs(fastify, () => describe(app));
  if (hasPage(page)) await servePage(fastify, page, byProvider);
  else fastify.get('/', (_request, reply) => reply.redirect('api/docs'));
  return app;
}

const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown, ...rest: unknown[]) => logger.debug({ context: rest.at(-1) }, String(message)),
  warn: (message: unknown, ...rest: unknown[]) => logger.warn({ context: rest.at(-1) }, String(message)),
  error: (message: unknown, ...rest: unknown[]) => logger.error({ context: rest.at(-1) }, String(message)),
  debug: (message: unknown, ...rest: unknown[]) => logger.trace({ context: rest.at(-1) }, String(message)),
  verbose: (message: unknown, ...rest: unknown[]) => logger.trace({ context: rest.at(-1) }, String(message)),
});
