import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { batched } from '../database/batched.js';
import type { Locks } from '../database/locks.js';

const TABLE = 'leases';

export interface Lease {
  key: string;
  /** aborted if the process lost its lock: another process may take the work now */
  lost: AbortSignal;
  /** Shows the reason of a pause to everybody; null: the work goes on. Never fails. */
  showPause(reason: string | null): Promise<void>;
  /** Never fails: if the database does not answer, `freeOrphaned` repeats the release. */
  release(): Promise<void>;
}

/** Work under a lease, over all processes. */
export interface LeasedWork {
  name: string;
  running: number;
  paused: number;
  /** of the pauses */
  reasons: string[];
}

/** SQL condition: a process works on this key. */
export const isLeased = (work: string, key: string): string =>
  `exists (select from ${TABLE} l where l.work = ${work} and l.key = ${key})`;
/** SQL expression: reason of the pause of this key; null without a pause. */
export const pauseOf = (work: string, key: string): string =>
  `(select l.paused from ${TABLE} l where l.work = ${work} and l.key = ${key})`;

/**
 * Leases of keys, each with one holder over all processes on one database. A lease is a row; one advisory lock per
 * process shows that its holder lives. So a process can hold thousands of leases without any renewal.
 */
export class Leases {
  private holding: Promise<{ holder: string; lost: AbortSignal }> | undefined;
  private readonly mine = new Set<string>();
  /** names of rows that may be left in the table after an outage, with their holder */
  private readonly unreleased = new Map<string, string>();
  private readonly free = batched<never>((names) => this.delete(names));

  constructor(
    private readonly pool: pg.Pool,
    private readonly locks: Locks,
  ) {}

  /** Returns the leases of those keys that nobody held. @throws Error if the database does not answer */
  async take(work: string, keys: readonly string[]): Promise<Lease[]> {
    const wanted = keys.filter((key) => this.isFree(nameOf(work, key)));
    if (wanted.length === 0) return [];
    const { holder, lost } = await this.held();
    for (const key of wanted) this.mine.add(nameOf(work, key));
    const taken = await this.insert(work, wanted, holder).catch((error: unknown) => {
      for (const key of wanted) this.left(nameOf(work, key), holder);
      throw error;
    });
    for (const key of wanted) if (!taken.has(key)) this.mine.delete(nameOf(work, key));
    return [...taken].map((key) => ({
      key,
      lost,
      showPause: (reason) => this.showPause(work, key, holder, reason),
      release: () => this.release(work, key, holder),
    }));
  }

  /** Frees the leases of dead processes, and those of this process with a failed release. */
  async freeOrphaned(): Promise<void> {
    const { holder } = (await this.holding) ?? { holder: null };
    await this.freeUnreleased();
    const { rows } = await this.pool.query<{ holder: string }>(`select distinct holder from ${TABLE}`);
    for (const each of rows) if (each.holder !== holder) await this.freeIfDead(each.holder);
  }

  /**
   * Counts this process among those that share this work, until `leave`, its death or the loss of its lock.
   * @returns the number of these processes
   */
  async share(work: string): Promise<number> {
    const { holder } = await this.held();
    const { rows } = await this.pool.query<{ others: number }>(
      `with joined as (insert into ${TABLE} (work, key, holder) values ($1, $2, $3) on conflict do nothing)
       select count(*)::int as others from ${TABLE} where work = $1 and key <> $2`,
      [shareOf(work), holder, holder],
    );
    return rows[0]!.others + 1;
  }

  /** Never fails: the end of the process does the same. */
  async leave(work: string): Promise<void> {
    const { holder } = (await this.holding?.catch(() => undefined)) ?? {};
    if (holder === undefined) return;
    await this.pool
      .query(`delete from ${TABLE} where work = $1 and key = $2`, [shareOf(work), holder])
      .catch(() => undefined);
  }

  async list(): Promise<LeasedWork[]> {
    const { rows } = await this.pool.query<LeasedWork>(
      `select work as name, count(*) filter (where paused is null)::int as running, count(paused)::int as paused,
         coalesce(array_agg(distinct paused) filter (where paused is not null), '{}') as reasons
       from ${TABLE} where not starts_with(work, $1) group by work order by work`,
      [shareOf('')],
    );
    return rows;
  }

  /** The lock of this process; a new one, with a new name, after its connection broke. */
  private async held(): Promise<{ holder: string; lost: AbortSignal }> {
    const holding = (this.holding ??= this.hold());
    const held = await holding;
    if (!held.lost.aborted) return held;
    if (this.holding === holding) this.holding = undefined;
    return this.held();
  }

  private async hold(): Promise<{ holder: string; lost: AbortSignal }> {
    try {
      const holder = randomUUID();
      const lock = await this.locks.tryAcquire(lockOf(holder));
      if (!lock) throw new Error('Client was closed');
      return { holder, lost: lock.lost };
    } catch (error) {
      this.holding = undefined;
      throw error;
    }
  }

  private async insert(work: string, keys: readonly string[], holder: string): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ key: string }>(
      `insert into ${TABLE} (work, key, holder) select $1, unnest($2::text[]), $3 on conflict do nothing returning key`,
      [work, keys, holder],
    );
    return new Set(rows.map(({ key }) => key));
  }

  private async showPause(work: string, key: string, holder: string, reason: string | null): Promise<void> {
    await this.pool
      .query(`update ${TABLE} set paused = $4 where work = $1 and key = $2 and holder = $3`, [
        work,
        key,
        holder,
        reason,
      ])
      .catch(() => undefined);
  }

  private async release(work: string, key: string, holder: string): Promise<void> {
    const name = nameOf(work, key);
    await this.free([nameOf(holder, name)]).then(
      () => this.mine.delete(name),
      () => this.left(name, holder),
    );
  }

  private isFree(name: string): boolean {
    return !this.mine.has(name) && !this.unreleased.has(name);
  }

  private left(name: string, holder: string): void {
    this.mine.delete(name);
    this.unreleased.set(name, holder);
  }

  private async freeUnreleased(): Promise<void> {
    if (this.unreleased.size === 0) return;
    const left = [...this.unreleased];
    await this.delete(left.map(([name, holder]) => nameOf(holder, name)));
    for (const [name] of left) this.unreleased.delete(name);
  }

  /** @param names of `nameOf`, each below its holder */
  private async delete(names: readonly string[]): Promise<Map<string, never>> {
    const parts = names.map((name) => name.split(SEPARATOR));
    await this.pool.query(
      `delete from ${TABLE} l using unnest($1::uuid[], $2::text[], $3::text[]) gone (holder, work, key)
       where l.work = gone.work and l.key = gone.key and l.holder = gone.holder`,
      [0, 1, 2].map((part) => parts.map((each) => each[part])),
    );
    return new Map<string, never>();
  }

  private async freeIfDead(holder: string): Promise<void> {
    const lock = await this.locks.tryAcquire(lockOf(holder));
    if (!lock) return;
    try {
      await this.pool.query(`delete from ${TABLE} where holder = $1`, [holder]);
    } finally {
      await lock.release();
    }
  }
}

const SEPARATOR = '\n';
const nameOf = (...parts: string[]): string => parts.join(SEPARATOR);
const shareOf = (work: string): string => `share of ${work}`;
const lockOf = (holder: string): string => `leases ${holder}`;
