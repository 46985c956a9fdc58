import type pg from 'pg';
import { Connection } from './connection.js';

const KEY = 'hashtextextended($1, 7041957)';
const PING_MS = 2000;
/** PostgreSQL ends a session without a ping for this time: its process hangs, or the network is gone. */
const UNATTENDED_S = 15;

export interface HeldLock {
  /** aborted if the connection broke: another process may hold the lock now */
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Locks with one holder per name over all processes on one database: session advisory locks on one connection of each
 * process. PostgreSQL releases them as soon as the process dies, and fifteen seconds after it hangs or the network is
 * gone; the process itself gives them up after a few seconds without an answer.
 */
export class Locks {
  private client: pg.Client | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private pinging: NodeJS.Timeout | undefined;
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
    this.waiting++;
    const done = this.queue.then(async () => work(await this.connected())).finally(() => this.waiting--);
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async connected(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = new Connection({ connectionString: this.url, application_name: 'mailroom-locks' });
    for (const event of ['error', 'end'] as const) client.on(event, () => this.lose(client));
    await client.connect();
    await client.query(
      `set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3;
       set idle_session_timeout = '${UNATTENDED_S} s'`,
    );
    if (!this.closed) {
      this.pinging = setInterval(() => this.ping(), PING_MS).unref();
      return (this.client = client);
    }
    await client.end();
    throw new Error('Client was closed');
  }

  /** Shows each side that the other one is there. Not while statements wait: they show it too. */
  private ping(): void {
    if (this.waiting === 0) void this.inTurn((client) => client.query('select 1')).catch(() => undefined);
  }

  private lose(client: pg.Client | undefined): void {
    if (client === undefined || this.client !== client) return;
    this.client = undefined;
    clearInterval(this.pinging);
    for (const losing of this.held.values()) losing.abort();
    this.held.clear();
  }
}
