import type pg from 'pg';

export const LAST_USE_SCHEMA = `
create table if not exists last_use (who text collate "C" primary key, at timestamptz not null)`;

const AT_MOST_EVERY_MS = 60_000;
/** As many as may ask within a minute; beyond them it is only written more often. */
const REMEMBERED = 10_000;

/** When a person's session or a service's token was last used, to the minute. Not facts: they say nothing that has to be known for ever. */
export class LastUse {
  private readonly written = new Map<string, number>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly now: () => number = Date.now,
  ) {}

  /** @param who `user:<id>` or `token:<id>` */
  async note(who: string): Promise<void> {
    const now = this.now();
    if (now - (this.written.get(who) ?? -Infinity) < AT_MOST_EVERY_MS) return;
    if (this.written.size >= REMEMBERED) this.written.clear();
    this.written.set(who, now);
    await this.pool.query({
      name: 'note_last_use',
      text: `insert into last_use values ($1, to_timestamp($2::float8 / 1000))
             on conflict (who) do update set at = excluded.at where last_use.at < excluded.at - interval '1 minute'`,
      values: [who, now],
    });
  }

  /** Of these; who is missing was never seen. */
  async of(who: readonly string[]): Promise<Map<string, Date>> {
    const { rows } = await this.pool.query<{ who: string; at: Date }>(
      'select who, at from last_use where who = any($1)',
      [who],
    );
    return new Map(rows.map((row) => [row.who, row.at]));
  }
}
