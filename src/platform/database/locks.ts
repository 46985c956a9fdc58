import pg from 'pg';

const KEY = 'hashtextextended($1, 7041957)';

export interface HeldLock {
  /** aborted if the connection broke: another process may hold the lock now */
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Locks with one holder per name over all processes on one database: session advisory locks on one connection of each
 * process. PostgreSQL releases them as soon as the process dies.
 */
export class Locks {
  private client: pg.Client | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly held = new Map<string, AbortController>();
  private closed = false;

  constructor(private readonly url: string) {}

  /** Returns undefined if any process holds the lock, also this one. @throws Error if the database does not answer */
  async tryAcquire(name: string): Promise<HeldLock | undefined> {
    if (this.closed) return undefined;
    return this.inTurn(async (client) => {
      if (this.held.has(name)) return undefined;
      const losing = new AbortController();
      this.held.set(name, losing);
      let got = false;
      try {
        const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${KEY}) as got`, [name]);
        got = rows[0]!.got && !losing.signal.aborted;
      } finally {
        if (!got && this.held.get(name) === losing) this.held.delete(name);
      }
      return got ? { lost: losing.signal, release: () => this.release(name, losing) } : undefined;
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const { client } = this;
    this.lose(client);
    await client?.end().catch(() => undefined);
  }

  private async release(name: string, losing: AbortController): Promise<void> {
    if (this.held.get(name) !== losing) return;
    this.held.delete(name);
    if (this.client)
      await this.inTurn((client) => client.query(`select pg_advisory_unlock(${KEY})`, [name])).catch(() => undefined);
  }

  /**
   * Runs one statement after the other, so that a name enters `held` under the very connection that takes its lock. If
   * that connection breaks, the lock is lost and the name is removed.
   */
  private inTurn<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const done = this.queue.then(async () => work(await this.connected()));
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async connected(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = new pg.Client({ connectionString: this.url, application_name: 'mailroom-locks', keepAlive: true });
    for (const event of ['error', 'end'] as const) client.on(event, () => this.lose(client));
    await client.connect();
    await client.query(
      `select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)`,
    );
    if (!this.closed) return (this.client = client);
    await client.end();
    throw new Error('Client was closed');
  }

  private lose(client: pg.Client | undefined): void {
    if (client === undefined || this.client !== client) return;
    this.client = undefined;
    for (const losing of this.held.values()) losing.abort();
    this.held.clear();
  }
}
