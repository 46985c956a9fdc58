import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { poolOf } from '../database/database.js';

/** One table for all limits: the library prepares its statements by name, and a pool keeps one statement for a name. */
const TABLE = 'limit_counts';

const CLEARED_EVERY_MS = 60_000;

export interface Limit {
  /** prefix of the keys */
  name: string;
  points: number;
  seconds: number;
}

/** Counts that all processes share and that survive a restart. Deletes counts after their time. */
@Injectable()
export class SharedLimits {
  private readonly limiters = new Map<string, RateLimiterPostgres>();
  private clearedAt = -Infinity;

  constructor(private readonly database: DataSource) {}

  async limiter({ name, points, seconds }: Limit): Promise<RateLimiterPostgres> {
    const limiter =
      this.limiters.get(name) ??
      new RateLimiterPostgres({
        storeClient: poolOf(this.database),
        storeType: 'pool',
        tableName: TABLE,
        tableCreated: true,
        keyPrefix: name,
        points,
        duration: seconds,
        clearExpiredByTimeout: false,
      });
    this.limiters.set(name, limiter);
    await this.clearSometimes();
    return limiter;
  }

  private async clearSometimes(): Promise<void> {
    if (performance.now() - this.clearedAt < CLEARED_EVERY_MS) return;
    this.clearedAt = performance.now();
    await poolOf(this.database).query(`delete from ${TABLE} where expire < $1`, [Date.now()]);
  }
}
