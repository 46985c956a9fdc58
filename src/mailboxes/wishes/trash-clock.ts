import type pg from 'pg';
import type { Position } from '../../platform/log/event-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A weekend without a running service counts in full; a longer gap, or a clock that jumps, counts as this. */
const LONGEST_STEP_MS = 3 * DAY_MS;
/** Steps of this age are of no further use: every time limit of the trash is shorter. */
const KEPT_MS = 60 * DAY_MS;

/**
 * Measures how long messages have been in the trash, without trust in the time of a single fact. Each tick adds the
 * time since the last one to an age, three days at most, or takes as much from it if the clock was set back. So a clock
 * that was wrong when a message was deleted changes nothing; one that is set forward by a year by mistake destroys mail
 * three days too early. Messages stay longer while no service runs. The clock is that of the database: all processes
 * share it.
 */
export class TrashClock {
  constructor(private readonly pool: pg.Pool) {}

  /** @param head position of the log: later facts are younger than this tick @param now default: the present time */
  async tick(head: Position, now?: Date): Promise<void> {
    await this.pool.query(
      `with present as (select coalesce($2::timestamptz, now()) as at),
            last as (select age_ms, at from trash_clock order by tick desc limit 1),
            step as (select last.age_ms, extract(epoch from present.at - last.at) * 1000 as ms from present, last)
       insert into trash_clock (position, at, age_ms)
       select $1, present.at, coalesce((select age_ms + least(greatest(ms, -$3::bigint), $3::bigint) from step), 0)
       from present`,
      [head, now ?? null, LONGEST_STEP_MS],
    );
    await this.pool.query(`delete from trash_clock where age_ms < (${AGE}) - $1::bigint`, [KEPT_MS]);
  }

  /**
   * Facts up to this position are older than `ms`. Undefined: none is known to be. Where the age went down, the
   * earliest position counts: no message is destroyed for a moment of a wrong clock.
   */
  async before(ms: number): Promise<Position | undefined> {
    const { rows } = await this.pool.query<{ position: Position }>(
      `select position from trash_clock
       where tick < all (select tick from trash_clock where age_ms > (${AGE}) - $1::bigint)
       order by tick desc limit 1`,
      [ms],
    );
    return rows[0]?.position;
  }
}

/** Age of the last tick. */
const AGE = 'select age_ms from trash_clock order by tick desc limit 1';
