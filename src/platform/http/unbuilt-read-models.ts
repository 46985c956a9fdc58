import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, from, type Observable } from 'rxjs';
import { Refused } from '../domain.js';
import { Checkpoints } from '../followers/checkpoints.js';
import { FactLog } from '../log/fact-log.js';

const RETRY_SECONDS = 5;
/** SQLSTATE `undefined_table`. */
const NO_TABLE = '42P01';

/** Answers 503 `read-model-being-built`, with the progress, to a query of a table that an upgrade has yet to build. */
@Injectable()
export class UnbuiltReadModels implements NestInterceptor {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
  ) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => from(this.explain(error))));
  }

  /** @throws Refused while a read model is being built; any other error unchanged */
  private async explain(error: unknown): Promise<never> {
    if ((error as { code?: string }).code !== NO_TABLE) throw error;
    const head = Number(await this.log.store.head());
    const progress = (await this.checkpoints.list()).flatMap(({ name, building }) =>
      building === null ? [] : [`${name}: ${Math.floor((100 * Number(building)) / head)} %`],
    );
    if (progress.length === 0) throw error;
    throw new Refused(
      'read-model-being-built',
      'unavailable',
      `This release builds some of its lists from the log first (${progress.join(', ')}). Try again in a moment.`,
      { retryAfter: RETRY_SECONDS },
    );
  }
}
