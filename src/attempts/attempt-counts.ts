import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '../platform/database/database.js';

/** Maximum number of kinds that are counted apart, per caller and hour; further kinds share one count. */
export const DIFFERENT_ATTEMPTS = 100;
const HOUR_MS = 3_600_000;

interface Counted {
  since: string;
  /** false: the kind shares a count, beyond DIFFERENT_ATTEMPTS */
  apart: boolean;
  times: number;
}

/** Counts attempts of each caller, kind and hour over all processes. Facts are written only when a count doubles. */
@Injectable()
export class AttemptCounts {
  constructor(private readonly database: DataSource) {}

  async count(who: string, what: string, now: number): Promise<Counted> {
    const since = new Date(now - (now % HOUR_MS)).toISOString();
    const { rows } = await poolOf(this.database).query<{ what: string; times: number }>({
      name: 'count_attempt',
      text: `insert into attempt_counts as c (since, who, what, times)
             select $1::timestamptz, $2, case
               when exists (select from attempt_counts where since = $1 and who = $2 and what = $3) then $3
               when (select count(*) from attempt_counts where since = $1 and who = $2) < $4 then $3
               else '' end, 1
             on conflict (since, who, what) do update set times = c.times + 1
             returning what, times`,
      values: [since, who, what, DIFFERENT_ATTEMPTS],
    });
    const [counted] = rows;
    if (counted!.times === 1)
      await this.database.query(`delete from attempt_counts where since < $1::timestamptz - interval '1 day'`, [since]);
    return { since, apart: counted!.what !== '', times: counted!.times };
  }
}
