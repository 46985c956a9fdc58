import pg from 'pg';

/** Holders of the advisory locks of Mailroom's processes, from `pg_locks`. */
export class LockHolders {
  private constructor(private readonly client: pg.Client) {}

  static async watch(databaseUrl: string): Promise<LockHolders> {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    return new LockHolders(client);
  }

  /** Process id of the backend that holds this lock; undefined without a holder. @throws Error for two holders */
  async holderOf(name: string): Promise<number | undefined> {
    const { rows } = await this.client.query<{ pid: number }>(
      `select pid from pg_locks
       where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
         and (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 7041957)`,
      [name],
    );
    if (rows.length > 1) throw new Error(`${name} is held ${rows.length} times`);
    return rows[0]?.pid;
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
