import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { poolOf } from '../platform/database/database.js';
import { Refused } from '../platform/domain.js';

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
    await (await this.limiter).consume(attempt).catch((state: RateLimiterRes | Error) => {
      if (state instanceof Error) throw state;
      this.refuse(state);
    });
  }

  async succeeded(attempt: string): Promise<void> {
    await (await this.limiter).delete(attempt);
  }

  private refuse(state: RateLimiterRes): never {
    const retryAfter = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    throw new Refused(
      'too-many-failures',
      'too-many',
      `Too many attempts failed. Try again in ${retryAfter} seconds.`,
      { retryAfter },
    );
  }
}
