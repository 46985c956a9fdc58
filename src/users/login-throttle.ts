import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { poolOf } from '../platform/database/database.js';
import { throttle } from '../platform/http/throttle.js';

const FAILURES = 5;
const WINDOW_S = 15 * 60;

/**
 * Refuses attempts to sign in after 5 failures within 15 minutes, so that nobody can guess passwords. The name of an
 * attempt holds the user and the network address: failures elsewhere lock no user out. All processes share the counts.
 */
@Injectable()
export class LoginThrottle {
  private readonly limiter: Promise<RateLimiterPostgres>;

  constructor(database: DataSource) {
    this.limiter = new Promise((resolve, reject) => {
      const limiter = new RateLimiterPostgres(
        {
          storeClient: poolOf(database),
          storeType: 'pool',
          tableName: 'login_failures',
          points: FAILURES,
          duration: WINDOW_S,
          clearExpiredByTimeout: false,
        },
        (error?: Error) => (error ? reject(error) : resolve(limiter)),
      );
    });
  }

  /** Counts a failure until `succeeded`: simultaneous attempts count like sequential ones. @throws Refused 429 */
  async mayTry(attempt: string): Promise<void> {
    await throttle(await this.limiter, attempt, { reason: 'too-many-failures', detail: 'Too many attempts failed.' });
  }

  async succeeded(attempt: string): Promise<void> {
    await (await this.limiter).delete(attempt);
  }
}
