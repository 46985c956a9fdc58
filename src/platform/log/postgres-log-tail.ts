import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Batch, Position, StoredFact } from './event-store.js';
import { toPosition } from './event-store.js';

/** Maximum number of cached facts; `FactLog` may keep an opened copy of each. */
const MAX_FACTS = 1000;
const CONNECT_MS = 5000;

/**
 * Cache of the newest facts for all followers of this process: without it, each of about twenty followers would query
 * the database at every append. Appends of this process enter it directly; a notification makes it read those of other
 * processes. Starts with the first follower.
 */
export class LogTail {
  private facts: StoredFact[] = [];
  /** the cache has all facts after `from` up to `to` */
  private from: Position | undefined;
  private to: Position | undefined;
  private listener: pg.Client | undefined;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private notified = false;
  private onNotify: () => void = () => undefined;
  private readonly waiters = new Set<() => void>();

  constructor(
    private readonly url: string,
    private readonly head: () => Promise<Position>,
    private readonly page: (after: Position, limit: number) => Promise<Batch>,
  ) {}

  /** Cached facts after `after`; undefined if the caller must query the database. */
  after(after: Position, types: readonly string[] | undefined, limit: number, signal: AbortSignal): Batch | undefined {
    if (!signal.aborted) this.running ??= this.run();
    if (this.from === undefined || this.to === undefined || after < this.from) return undefined;
    if (after >= this.to) return { facts: [], position: after, atHead: true };
    let index = this.firstAfter(after);
    const facts: StoredFact[] = [];
    for (; index < this.facts.length && facts.length < limit; index++) {
      const fact = this.facts[index]!;
      if (types === undefined || types.includes(fact.type)) facts.push(fact);
    }
    const position = index < this.facts.length ? facts.at(-1)!.position : this.to;
    return { facts, position, atHead: position === this.to, shared: true };
  }

  /**
   * Adds facts that this process has stored, in order and without gaps, unless the cache lacks earlier facts of other
   * processes: the notification of these makes the tail read all of them.
   */
  add(stored: () => readonly StoredFact[]): void {
    if (this.to === undefined) return;
    const facts = stored();
    const [first] = facts;
    if (first === undefined || BigInt(first.position) > BigInt(this.to) + 1n) return;
    this.append(facts, facts.at(-1)!.position);
  }

  /** True as soon as the cache has a fact after `position`; false after `ms`, or when `signal` aborts. */
  async wake(position: Position, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.to !== undefined && this.to > position) return true;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      this.waiters.add(wake);
      if (signal.aborted) wake();
    });
    return !signal.aborted && this.to !== undefined && this.to > position;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.onNotify();
    await this.running;
    await this.listener?.end().catch(() => undefined);
  }

  private firstAfter(position: Position): number {
    let low = 0;
    let high = this.facts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.facts[middle]!.position > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.listen();
        this.notified = false;
        await this.readNew();
        await this.waitForNotify();
      } catch {
        this.disconnect();
        await pause(200, undefined, { ref: false });
      }
    }
  }

  private async readNew(): Promise<void> {
    if (this.to === undefined) this.from = this.to = await this.head();
    for (;;) {
      const batch = await this.page(this.to, 1000);
      this.append(batch.facts, batch.position);
      if (batch.atHead) return;
    }
  }

  /** Appends all facts up to `position`, without a gap after `to`; skips those that the cache has. */
  private append(facts: readonly StoredFact[], position: Position): void {
    const { to } = this;
    if (to === undefined || position <= to) return;
    for (const fact of facts) if (fact.position > to) this.facts.push(fact);
    this.to = position;
    if (this.facts.length > MAX_FACTS) {
      this.facts = this.facts.slice(-MAX_FACTS / 2);
      this.from = toPosition(BigInt(this.facts[0]!.position) - 1n);
    }
    for (const wake of this.waiters) wake();
  }

  private async listen(): Promise<void> {
    if (this.listener) return;
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'mailroom-listener',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
    });
    client.on('notification', ({ payload }) => {
      if (payload && this.to !== undefined && toPosition(payload) <= this.to) return;
      this.notified = true;
      this.onNotify();
    });
    for (const event of ['error', 'end'] as const)
      client.on(event, () => this.listener === client && this.disconnect());
    await client.connect();
    await client.query('listen facts');
    this.listener = client;
  }

  private disconnect(): void {
    this.listener?.end().catch(() => undefined);
    this.listener = undefined;
    this.onNotify();
  }

  /** Waits a second at most: PostgreSQL may lose a notification. */
  private async waitForNotify(): Promise<void> {
    if (this.notified || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.onNotify = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.onNotify = () => undefined;
  }
}
