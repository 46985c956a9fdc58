import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { MasterKey } from '../secrets/master-key.js';
import type { Page } from './pages.js';
import { BadInput } from './problems.js';

type Asked = FastifyRequest<{ Params: object; Querystring: Record<string, unknown> }>;

/**
 * Signs the cursor in the answer of every list, and takes only a cursor of the same list with the same filters: any
 * other cursor would skip rows. Queries see the cursor without its signature.
 */
@Injectable()
export class SignedCursors implements NestInterceptor {
  constructor(private readonly master: MasterKey) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Asked>();
    const { query } = request;
    const list = listOf(request);
    if (query.cursor !== undefined) query.cursor = this.verified(query.cursor, list);
    return next
      .handle()
      .pipe(
        map((answer: unknown) =>
          isPage(answer) && answer.next !== null ? { ...answer, next: this.signed(answer.next, list) } : answer,
        ),
      );
  }

  private signed(cursor: string, list: string): string {
    return `${cursor}.${this.master.nameFor('cursor', `${list}\0${cursor}`)}`;
  }

  private verified(signed: unknown, list: string): string {
    const [cursor = ''] = typeof signed === 'string' ? signed.split('.') : [];
    if (signed === this.signed(cursor, list)) return cursor;
    const message =
      'is no cursor of this list with these filters: send `next` of the previous page, or begin with the first page';
    throw new BadInput([{ field: 'cursor', message }]);
  }
}

const isPage = (answer: unknown): answer is Page<unknown> =>
  typeof answer === 'object' && answer !== null && 'items' in answer && 'next' in answer;

/** Path and filters; the size of its pages may change. */
function listOf({ routeOptions, params, query }: Asked): string {
  const filters = Object.entries(query).filter(
    ([name, value]) => name !== 'cursor' && name !== 'limit' && value !== '',
  );
  return JSON.stringify([routeOptions.url, params, filters.sort(([one], [other]) => (one < other ? -1 : 1))]);
}
