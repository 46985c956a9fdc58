import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import type { AskedRequest } from '../auth/caller.js';
import { Refused } from '../domain.js';
import { MasterKey } from '../secrets/master-key.js';
import { BadInput } from './problems.js';

export const IDEMPOTENCY_SCHEMA = `
create table if not exists idempotent_answers (
  key text primary key, body text not null, at timestamptz not null default now(), status integer, answer jsonb
)`;

export const ANSWERS_SECRET = 'answers-secret';
/** Its answer holds a token and is never kept. */
export const AnswersSecret = (): MethodDecorator => SetMetadata(ANSWERS_SECRET, true);

/** How long a request whose process died blocks its key. */
const ABANDONED = `interval '30 seconds'`;
export const IDEMPOTENCY_HOURS = 24;
const KEPT = `interval '${IDEMPOTENCY_HOURS} hours'`;

interface Kept {
  body: string;
  status: number | null;
  answer: unknown;
}

/** `Idempotency-Key`: a command asked twice is true once, and the second answer is the first one's. Refusals are not kept. */
@Injectable()
export class Idempotency implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: DataSource,
    private readonly master: MasterKey,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || !request.caller || ['GET', 'HEAD'].includes(request.method)) return next.handle();
    if (this.reflector.get<boolean>(ANSWERS_SECRET, context.getHandler())) return next.handle();
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key))
      throw new BadInput([{ field: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' }]);
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const name = request.caller.origin.commandId;
    const body = this.master.nameFor('body', JSON.stringify(request.body ?? null));
    return from(this.claim(name, body)).pipe(
      mergeMap((kept) => {
        if (kept) {
          if (kept.status !== null) void reply.status(kept.status);
          return of(kept.answer);
        }
        return next.handle().pipe(
          mergeMap(async (answer: unknown) => {
            await this.keep(name, reply.statusCode, answer);
            return answer;
          }),
          catchError((error: unknown) => from(this.forget(name)).pipe(mergeMap(() => throwError(() => error)))),
        );
      }),
    );
  }

  /** The kept answer, or undefined when the key is ours to answer. Bodies are compared by HMAC: they hold passwords. */
  private async claim(key: string, body: string): Promise<Kept | undefined> {
    const [claimed] = await this.rows<{ key: string }>(
      `insert into idempotent_answers (key, body) values ($1, $2)
       on conflict (key) do update set body = excluded.body, at = now(), status = null, answer = null
         where idempotent_answers.at < now() - ${KEPT}
            or (idempotent_answers.status is null and idempotent_answers.at < now() - ${ABANDONED} and idempotent_answers.body = excluded.body)
       returning key`,
      [key, body],
    );
    if (claimed) return undefined;
    const [kept] = await this.rows<Kept>('select body, status, answer from idempotent_answers where key = $1', [key]);
    if (kept && kept.body !== body)
      throw new Refused('idempotency-key-reused', 'unprocessable', 'the same Idempotency-Key came with another body');
    if (!kept || kept.status === null)
      throw new Refused(
        'request-in-progress',
        'conflict',
        'the first request with this Idempotency-Key is still being answered',
      );
    return kept;
  }

  private async keep(key: string, status: number, answer: unknown): Promise<void> {
    await this.rows('update idempotent_answers set status = $2, answer = $3 where key = $1', [
      key,
      status,
      JSON.stringify(answer ?? null),
    ]);
    if (Math.random() < 0.01) await this.rows(`delete from idempotent_answers where at < now() - ${KEPT}`);
  }

  private async forget(key: string): Promise<void> {
    await this.rows('delete from idempotent_answers where key = $1 and status is null', [key]);
  }

  private async rows<R>(sql: string, values: unknown[] = []): Promise<R[]> {
    const result: unknown = await this.database.query(sql, values);
    // TypeORM answers [rows, count] for insert, update and delete
    return (Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as R[];
  }
}
