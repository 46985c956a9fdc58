import type pg from 'pg';

const AT_MOST_EVERY_MS = 60_000;
/** Limit of the map. Beyond it, `LastUse` writes more often than once a minute. */
const REMEMBERED = 10_000;

/** Last use of a person's session or a service's token, to the minute. No facts: the history does not need them. */
export class LastUse {
  private readonly written = new Map<string, number>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: () => number = Date.now,
  ) {}

  /** @param caller `user:<id>` or `token:<id>` */
  async note(caller: string): Promise<void> {
    const now = this.now();
    const since = now - (this.written.get(caller) ?? -Infinity);
    if (since >= 0 && since < AT_MOST_EVERY_MS) return; // below 0, the clock was set back
    if (this.written.size >= REMEMBERED) this.written.clear();
    this.written.set(caller, now);
    await this.pool.query({
      name: 'note_last_use',
      text: `insert into last_use values ($1, to_timestamp($2::float8 / 1000))
             on conflict (who) do update set at = excluded.at
               where last_use.at not between excluded.at - interval '1 minute' and excluded.at + interval '1 minute'`,
      values: [caller, now],
    });
  }

  /** Last uses by caller; a caller without any use is missing. */
  async of(callers: readonly string[]): Promise<Map<string, Date>> {
    const { rows } = await this.pool.query<{ who: string; at: Date }>(
      'select who, at from last_use where who = any($1)',
      [callers],
    );
    return new Map(rows.map((row) => [row.who, row.at]));
  }
}
