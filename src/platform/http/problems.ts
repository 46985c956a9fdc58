import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isOutage } from '../database/database.js';
import { Refused, type RefusalKind } from '../domain.js';
import { StoreUnavailable } from '../log/event-store.js';
import { FactUnreadable } from '../log/fact-log.js';
import { goingOn, HTML, page, wantsPage } from './page.js';

export interface FieldError {
  field: string;
  message: string;
}

/** Problem document (RFC 9457) with a stable `reason` in kebab case. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  reason: string;
  errors?: FieldError[];
  /** seconds */
  retryAfter?: number;
  [extra: string]: unknown;
}

/** Invalid input, refused before any rule: 400. */
export class BadInput extends Error {
  constructor(
    readonly errors: FieldError[],
    readonly reason = 'bad-input',
  ) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
  }
}

/** HTTP status of each kind of refusal. */
export const STATUS: Record<RefusalKind, number> = {
  invalid: 400,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  'too-large': 413,
  unprocessable: 422,
  'too-many': 429,
  unavailable: 503,
};

/** Phrases of RFC 9110 §15; `STATUS_CODES` of Node has older phrases for 413 and 422. */
const TITLE: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const titleOf = (status: number): string => TITLE[status] ?? 'Error';

const problem = (status: number, reason: string, detail?: string, extra: Record<string, unknown> = {}): Problem => ({
  type: 'about:blank',
  title: titleOf(status),
  status,
  ...(detail === undefined ? {} : { detail }),
  reason,
  ...extra,
});

const REASON_OF_STATUS: Record<number, string> = {
  401: 'not-signed-in',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'too-slow',
  413: 'too-large',
  414: 'path-too-long',
  415: 'not-json',
  416: 'range-not-satisfiable',
  431: 'headers-too-large',
};

/** Problem of a request that reached no route. */
export const problemOfStatus = (status: number): Problem => problem(status, REASON_OF_STATUS[status] ?? 'bad-input');

/** The only mapping of errors to answers. An unexpected error becomes `internal-error`, without its message. */
function toProblem(error: unknown): Problem {
  if (error instanceof Refused)
    return problem(STATUS[error.kind], error.reason, error.detail, 'cause' in error.extra ? {} : error.extra);
  if (error instanceof BadInput) return problem(400, error.reason, error.message, { errors: error.errors });
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return problem(status, REASON_OF_STATUS[status] ?? 'bad-input', status === 404 ? undefined : error.message);
  }
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return problem(statusCode, REASON_OF_STATUS[statusCode] ?? 'bad-input', (error as Error).message);
  if (error instanceof StoreUnavailable || isOutage(error))
    return problem(
      503,
      'store-unavailable',
      'The store does not answer. Only a confirmed change is certain: try again in a few seconds.',
    );
  if (error instanceof FactUnreadable && error.isOfNewerRelease)
    return problem(
      503,
      'fact-of-a-newer-release',
      `A newer release of this service recorded ${error.fact.type}, which this release cannot read. Nothing is lost: an operator must start the newer release again.`,
    );
  return problem(500, 'internal-error');
}

/**
 * Marks a request that a browser makes by navigation: the person sees a failure as a page.
 * @param cameFrom path that such a failure leads back to, with its reason in the parameter `refused`
 */
export const readByPeople = (request: object, cameFrom: string | null = null): void =>
  void people.set(request, cameFrom);
const people = new WeakMap<object, string | null>();

function pageOf({ detail, reason }: Problem, cameFrom: string | null): string {
  const [title, text] = ['The request failed', detail ?? reason];
  if (cameFrom === null) return page(title, text);
  const { pathname, searchParams, hash } = new URL(cameFrom, 'http://this.invalid');
  searchParams.set('refused', reason);
  return goingOn(title, `${pathname}?${searchParams.toString()}${hash}`, text);
}

export function sendProblem(reply: FastifyReply, answer: Problem): void {
  if (answer.status === 503 || answer.status === 429) void reply.header('Retry-After', String(answer.retryAfter ?? 1));
  if (answer.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
  const { request } = reply;
  const cameFrom = people.get(request);
  if (cameFrom !== undefined && wantsPage(request.headers.accept))
    return void reply.status(answer.status).type(HTML).send(pageOf(answer, cameFrom));
  void reply.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    /** called with each problem before the answer is sent */
    private readonly onRefusal: (request: FastifyRequest, refusal: { problem: Problem; error: unknown }) => void = () =>
      undefined,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const answer = toProblem(error);
    const request = http.getRequest<FastifyRequest>();
    this.onRefusal(request, { problem: answer, error });
    if (answer.status >= 500) {
      this.logger.error(
        { reqId: request.id, err: { message: (error as Error).message, stack: (error as Error).stack } },
        answer.reason,
      );
    }
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, answer);
  }
}
