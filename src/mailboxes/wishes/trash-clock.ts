import type pg from 'pg';
import type { Position } from '../../platform/log/event-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A weekend without a running service counts in full; a longer gap, or a clock that jumps, counts as this. */
const LONGEST_STEP_MS = 3 * DAY_MS;
/** Steps of this age are of no further use: every time limit of the trash is shorter. */
const KEPT_MS = 60 * DAY_MS;

/**
 * Measures how long messages have been in the trash, without trust in the time of a single fact. Each tick adds the
 * time since the last one to an age: nothing if the clock was set back, and three days at most. A clock that was wrong
 * when a message was deleted changes nothing; one that is set forward by a year by mistake destroys mail three days too
 * early. Messages stay longer while no service runs.
 */
export class TrashClock {
  constructor(private readonly pool: pg.Pool) {}

  /** @param head position of the log: later facts are younger than this tick */
  async tick(now: Date, head: Position): Promise<void> {
    await this.pool.query(
      `insert into trash_clock (position, at, age_ms)
       select $1, $2, coalesce(max(age_ms + least(greatest(extract(epoch from $2 - at) * 1000, 0), $3)), 0)
       from (select age_ms, at from trash_clock order by tick desc limit 1) last`,
      [head, now, LONGEST_STEP_MS],
    );
    await this.pool.query('delete from trash_clock where age_ms < (select max(age_ms) from trash_clock) - $1', [
      KEPT_MS,
    ]);
  }

  /** Facts up to this position are older than `ms`. Undefined: none is known to be. */
  async before(ms: number): Promise<Position | undefined> {
    const { rows } = await this.pool.query<{ position: Position }>(
      `select position from trash_clock where age_ms <= (select max(age_ms) from trash_clock) - $1
       order by tick desc limit 1`,
      [ms],
    );
    return rows[0]?.position;
  }
}
