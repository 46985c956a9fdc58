import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, type Observable, switchMap } from 'rxjs';
import { Checkpoints } from '../followers/checkpoints.js';
import { Refused } from '../domain.js';
import { ImportedLog } from '../moving/imported-log.js';
import type { Projection } from '../read-models/projection.js';
import { BadInput } from './problems.js';

export const READS_FROM = 'reads-from';
const WAIT_MS = 5000;

/** Names the read models of a query: `X-Position` is their position, and `X-Wait-For` waits for them. */
export const ReadsFrom = (...projections: (Projection | string)[]): MethodDecorator & ClassDecorator =>
  SetMetadata(
    READS_FROM,
    projections.map((projection) => (typeof projection === 'string' ? projection : projection.id)),
  );

@Injectable()
export class ReadPosition implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly checkpoints: Checkpoints,
    private readonly importedLog: ImportedLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const names = this.reflector.getAllAndOverride<string[] | undefined>(READS_FROM, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (names === undefined) return next.handle();
    const http = context.switchToHttp();
    return from(this.ready(names, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())).pipe(
      switchMap(() => next.handle()),
    );
  }

  /** Reads the position before the query reads rows, so that the rows are never older than `X-Position`. */
  private async ready(names: string[], request: FastifyRequest, reply: FastifyReply): Promise<void> {
    for (const position of positionsIn(request.query)) await this.importedLog.verify(position);
    const wanted = request.headers['x-wait-for'];
    if (wanted !== undefined) {
      if (typeof wanted !== 'string' || !/^\d{20}$/.test(wanted))
        throw new BadInput([{ field: 'X-Wait-For', message: 'must be the position in the answer of a command' }]);
      await this.importedLog.verify(wanted);
      if (!(await this.checkpoints.waitFor(names, wanted, WAIT_MS)))
        throw new Refused(
          'read-model-behind',
          'unavailable',
          `The answer does not show position ${wanted} yet. Try again in a few seconds.`,
        );
    }
    void reply.header('X-Position', await this.checkpoints.position(names));
  }
}

/** Positions in the cursor of a list that is sorted by position. Another part of the code refuses an invalid cursor. */
function positionsIn(query: unknown): string[] {
  const { cursor } = (query ?? {}) as { cursor?: unknown };
  if (typeof cursor !== 'string') return [];
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(key) ? key.filter((part) => typeof part === 'string' && /^\d{20}$/.test(part)) : [];
  } catch {
    return [];
  }
}
