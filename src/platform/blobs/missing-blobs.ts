import type pg from 'pg';

/** `missing`: to be repaired. `lost`: no mail server has the message any more. */
export type BlobState = 'missing' | 'lost';

/** Blobs that are missing or damaged. `Blobs.keep` and `Blobs.remove` take their rows away. */
export class MissingBlobs {
  constructor(private readonly pool: pg.Pool) {}

  /** A reader found the blob missing or damaged. @returns its state */
  async report(name: string): Promise<BlobState> {
    const { rows } = await this.pool.query<{ state: BlobState }>(
      `insert into missing_blobs (name, state) values ($1, 'missing')
       on conflict (name) do update set state = missing_blobs.state returning state`,
      [name],
    );
    return rows[0]!.state;
  }

  async reportAll(names: readonly string[]): Promise<void> {
    await this.pool.query(
      `insert into missing_blobs (name, state) select unnest($1::text[]), 'missing' on conflict do nothing`,
      [names],
    );
  }

  async counts(): Promise<Record<BlobState, number>> {
    const { rows } = await this.pool.query<{ state: BlobState; count: number }>(
      'select state, count(*)::int as count from missing_blobs group by state',
    );
    return { missing: 0, lost: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
  }

  /** Missing blobs without a known account so far. */
  async unassigned(most: number): Promise<string[]> {
    return this.names(`state = 'missing' and account is null limit $1`, [most]);
  }

  async assign(names: readonly string[], account: string): Promise<void> {
    await this.pool.query('update missing_blobs set account = $2 where name = any($1)', [names, account]);
  }

  /** Accounts with missing blobs. */
  async accounts(): Promise<string[]> {
    const { rows } = await this.pool.query<{ account: string }>(
      `select distinct account from missing_blobs where state = 'missing' and account is not null`,
    );
    return rows.map(({ account }) => account);
  }

  async ofAccount(account: string, most: number): Promise<string[]> {
    return this.names(`state = 'missing' and account = $1 limit $2`, [account, most]);
  }

  async lost(most: number): Promise<string[]> {
    return this.names(`state = 'lost' limit $1`, [most]);
  }

  async setLost(names: readonly string[]): Promise<void> {
    await this.pool.query(`update missing_blobs set state = 'lost' where name = any($1)`, [names]);
  }

  /** The blobs are whole, or belong to no message any more. */
  async forget(names: readonly string[]): Promise<void> {
    await this.pool.query('delete from missing_blobs where name = any($1)', [names]);
  }

  private async names(where: string, values: unknown[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(`select name from missing_blobs where ${where}`, values);
    return rows.map(({ name }) => name);
  }
}
