import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import type { AskedRequest } from '../auth/caller.js';
import { Refused } from '../domain.js';
import { MasterKey } from '../secrets/master-key.js';
import { BadInput } from './problems.js';

export const ANSWERS_SECRET = 'answers-secret';
/** The answer of the route holds a secret, or text of mail, and is never stored. */
export const AnswersSecret = (): MethodDecorator => SetMetadata(ANSWERS_SECRET, true);

/** Time for which an unfinished request blocks its key; its process may have died, or the clock was set. */
const ABANDONED = `interval '30 seconds'`;
export const IDEMPOTENCY_HOURS = 24;
const STORED_FOR = `interval '${IDEMPOTENCY_HOURS} hours'`;

interface Stored {
  body: string;
  status: number | null;
  answer: unknown;
}

/** `Idempotency-Key`: executes a repeated command once and repeats the first answer. Refusals are not stored. */
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
      mergeMap((stored) => {
        if (stored) {
          if (stored.status !== null) void reply.status(stored.status);
          return of(stored.answer);
        }
        return next.handle().pipe(
          mergeMap(async (answer: unknown) => {
            await this.store(name, reply.statusCode, answer);
            return answer;
          }),
          catchError((error: unknown) => from(this.forget(name)).pipe(mergeMap(() => throwError(() => error)))),
        );
      }),
    );
  }

  /**
   * Returns the stored answer, or undefined if this request has claimed the key. Bodies may hold passwords, so they are
   * compared by HMAC.
   * @throws Refused 422 for another body, 409 while the first request is in progress
   */
  private async claim(key: string, body: string): Promise<Stored | undefined> {
    const [claimed] = await this.rows<{ key: string }>(
      `insert into idempotent_answers (key, body) values ($1, $2)
       on conflict (key) do update set body = excluded.body, at = now(), status = null, answer = null
         where idempotent_answers.at < now() - ${STORED_FOR}
            or (idempotent_answers.status is null and idempotent_answers.body = excluded.body
                and idempotent_answers.at not between now() - ${ABANDONED} and now() + ${ABANDONED})
       returning key`,
      [key, body],
    );
    if (claimed) return undefined;
    const [stored] = await this.rows<Stored>('select body, status, answer from idempotent_answers where key = $1', [
      key,
    ]);
    if (stored && stored.body !== body)
      throw new Refused(
        'idempotency-key-reused',
        'unprocessable',
        'This Idempotency-Key was used with another body. Send a new key.',
      );
    if (!stored || stored.status === null)
      throw new Refused(
        'request-in-progress',
        'conflict',
        'The first request with this Idempotency-Key is still in progress. Try again in a few seconds.',
      );
    return stored;
  }

  private async store(key: string, status: number, answer: unknown): Promise<void> {
    await this.rows('update idempotent_answers set status = $2, answer = $3 where key = $1', [
      key,
      status,
      JSON.stringify(answer ?? null),
    ]);
    if (Math.random() < 0.01) await this.rows(`delete from idempotent_answers where at < now() - ${STORED_FOR}`);
  }

  private async forget(key: string): Promise<void> {
    await this.rows('delete from idempotent_answers where key = $1 and status is null', [key]);
  }

  private async rows<R>(sql: string, values: unknown[] = []): Promise<R[]> {
    const result: unknown = await this.database.query(sql, values);
    // TypeORM returns [rows, count] for insert, update and delete
    return (Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as R[];
  }
}
