import pg from 'pg';
import { isOutage } from '../database/database.js';
import { type Batch, type Position, START, type StoredFact, StoreUnavailable, toPosition } from './event-store.js';

const CONNECT_MS = 5000;
/** Period of reads without a notification: PostgreSQL may lose one. */
const LOOK_EVERY_MS = 1000;
/** Facts of this process that wait for the subscription; with more, it reads them from the table. */
const MAX_OWN = 2000;

/**
 * New facts of the log. Facts that this process appends enter it directly; a notification makes it read those of other
 * processes.
 */
export class PostgresSubscription {
  private own: StoredFact[] = [];
  /** last position that PostgreSQL has notified */
  private heard: Position = START;
  private broken: Error | undefined;
  private wake = (): void => undefined;

  /** @param page facts after a position */
  constructor(
    private readonly url: string,
    private readonly page: (after: Position) => Promise<Batch>,
  ) {}

  /** Facts that this process has stored, in order and without gaps. */
  add(stored: readonly StoredFact[]): void {
    if (this.own.length < MAX_OWN) for (const fact of stored) this.own.push(fact);
    this.wake();
  }

  /** @throws StoreUnavailable */
  async *batches(after: Position, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let position = after;
    const stop = (): void => this.wake();
    const listener = new pg.Client({
      connectionString: this.url,
      application_name: 'mailroom-listener',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
    });
    listener.on('notification', ({ payload }) => {
      this.heard = toPosition(payload!);
      if (this.heard > position) this.wake();
    });
    for (const event of ['error', 'end'] as const)
      listener.on(event, (error?: Error) => {
        this.broken ??= error ?? new Error('Connection terminated');
        this.wake();
      });
    signal.addEventListener('abort', stop);
    try {
      await listener.connect();
      await listener.query('listen facts');
      while (!signal.aborted) {
        if (this.broken) throw this.broken;
        const batch = this.ownAfter(position) ?? (await this.page(position));
        ({ position } = batch);
        yield batch;
        if (batch.atHead) await this.news(position, signal);
      }
    } catch (error) {
      throw this.broken !== undefined || isOutage(error) ? new StoreUnavailable(error) : error;
    } finally {
      signal.removeEventListener('abort', stop);
      listener.end().catch(() => undefined);
    }
  }

  /** Own facts that follow `position` without a gap; undefined if there are none. */
  private ownAfter(position: Position): Batch | undefined {
    let next = BigInt(position) + 1n;
    const facts: StoredFact[] = [];
    for (const fact of this.own) {
      if (fact.position <= position) continue;
      if (BigInt(fact.position) !== next++) break;
      facts.push(fact);
    }
    this.own = [];
    const last = facts.at(-1)?.position;
    return last === undefined ? undefined : { facts, position: last, atHead: last >= this.heard };
  }

  /** Resolves at the next fact, after a second, or when `signal` aborts. */
  private async news(position: Position, signal: AbortSignal): Promise<void> {
    if (this.heard > position || this.broken || signal.aborted || this.own.some((fact) => fact.position > position))
      return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}
