import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Batch, Position, StoredFact } from './event-store.js';
import { toPosition } from './event-store.js';

/** Each may hold what it is in clear, too. */
const KEPT = 1000;
const CONNECT_MS = 5000;

/**
 * The newest facts, read once for all followers of this process: without it each of a dozen followers would ask the
 * database at every append. What this process appends comes by
 * itself, the rest is read when NOTIFY says so. Starts at the first follower.
 */
export class LogTail {
  private facts: StoredFact[] = [];
  /** facts after `from` up to `to` are held, without gaps */
  private from: Position | undefined;
  private to: Position | undefined;
  private listener: pg.Client | undefined;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private notified = false;
  private onNotify: () => void = () => undefined;
  private sleepers = new Set<() => void>();

  constructor(
    private readonly url: string,
    private readonly head: () => Promise<Position>,
    private readonly page: (after: Position, limit: number) => Promise<Batch>,
  ) {}

  /** What is held after `after`, or undefined when the database must be asked. */
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
   * What this process has just stored, in order and without gaps: nobody needs to read it. Where others have stored
   * something before it, the notification that follows makes the tail read all of it.
   */
  take(stored: () => readonly StoredFact[]): void {
    if (this.to === undefined) return;
    const facts = stored();
    const [first] = facts;
    if (first === undefined || BigInt(first.position) > BigInt(this.to) + 1n) return;
    this.hold(facts, facts.at(-1)!.position);
  }

  /** True as soon as something after `position` is held; false after `ms` or when aborted. */
  async wake(position: Position, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.to !== undefined && this.to > position) return true;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      this.sleepers.add(wake);
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
        this.forget();
        await pause(200, undefined, { ref: false });
      }
    }
  }

  private async readNew(): Promise<void> {
    if (this.to === undefined) this.from = this.to = await this.head();
    for (;;) {
      const batch = await this.page(this.to, 1000);
      this.hold(batch.facts, batch.position);
      if (batch.atHead) return;
    }
  }

  /** Facts without gaps up to `position`, of which the first are held already or follow what is held. */
  private hold(facts: readonly StoredFact[], position: Position): void {
    const { to } = this;
    if (to === undefined || position <= to) return;
    for (const fact of facts) if (fact.position > to) this.facts.push(fact);
    this.to = position;
    if (this.facts.length > KEPT) {
      this.facts = this.facts.slice(-KEPT / 2);
      this.from = toPosition(BigInt(this.facts[0]!.position) - 1n);
    }
    for (const wake of this.sleepers) wake();
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
    for (const event of ['error', 'end'] as const) client.on(event, () => this.listener === client && this.forget());
    await client.connect();
    await client.query('listen facts');
    this.listener = client;
  }

  private forget(): void {
    this.listener?.end().catch(() => undefined);
    this.listener = undefined;
    this.onNotify();
  }

  /** A notification, or a second: a lost one must not stop anybody. */
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
