import type { Socket } from 'node:net';
import pg from 'pg';

const CONNECT_MS = 5000;
const SILENT_MS = 5000;
/** PostgreSQL ends a statement after this time. A longer limit, for one transaction: `set local statement_timeout`. */
const STATEMENT_MS = 60_000;
/** PostgreSQL ends a transaction without a statement after this time: its locks block others. */
const IDLE_IN_TRANSACTION_MS = 30_000;
const KEEP_ALIVE_MS = 5000;

const LIMITS = {
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: STATEMENT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
} as const;

/** State of a client that pg keeps, and its pool reads too. */
interface State {
  readyForQuery: boolean;
  _ending: boolean;
}

/**
 * A connection that breaks if its socket swallows bytes, as after a lost machine or network: callers get an error, and
 * a pool opens another connection. A slow statement does not break it: after a silence, PostgreSQL says over a second
 * connection whether it is still working on the statement. A connection without a statement is not in doubt: an owner
 * that only listens, or holds locks, has to ask something from time to time.
 */
export class Connection extends pg.Client {
  private readonly silentMs: number;

  /** @param config `silentMs`: silence during a statement after which the connection is in doubt */
  constructor(private readonly config: pg.ClientConfig & { silentMs?: number }) {
    super({ ...config, ...LIMITS });
    this.silentMs = config.silentMs ?? SILENT_MS;
    // A pool does not listen to a connection in use, and an error without a listener would end the process. Its owner
    // gets the error at the next statement.
    this.on('error', () => undefined);
    this.once('connect', () => this.watch(this.connection.stream as Socket));
  }

  private get isWaiting(): boolean {
    const { readyForQuery, _ending } = this as unknown as State;
    return !readyForQuery || _ending;
  }

  private watch(socket: Socket): void {
    socket.on('timeout', () => void this.doubt(socket));
    socket.setTimeout(this.silentMs);
  }

  private async doubt(socket: Socket): Promise<void> {
    const { bytesRead } = socket;
    if (this.isWaiting && !(await this.isAtWork()) && this.isWaiting && socket.bytesRead === bytesRead)
      socket.destroy(Object.assign(new Error('PostgreSQL does not answer on this connection'), { code: 'ETIMEDOUT' }));
    else socket.setTimeout(this.silentMs);
  }

  /** False also if PostgreSQL does not answer at all, or waits until this side has read its answer. */
  private async isAtWork(): Promise<boolean> {
    const { processID } = this as unknown as { processID: number };
    const other = new pg.Client({ ...this.config, ...LIMITS, query_timeout: CONNECT_MS });
    other.on('error', () => undefined);
    try {
      await other.connect();
      const { rowCount } = await other.query(
        `select from pg_stat_activity
         where pid = $1 and state = 'active' and wait_event_type is distinct from 'Client'`,
        [processID],
      );
      return rowCount === 1;
    } catch {
      return false;
    } finally {
      other.end().catch(() => undefined);
    }
  }
}
