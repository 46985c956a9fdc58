import { randomUUID } from 'node:crypto';
import type pg from 'pg';
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

  constructor(
    private readonly pool: pg.Pool,
    private readonly locks: Locks,
  ) {}

  /** Returns the leases of those keys that nobody held. @throws Error if the database does not answer */
  async take(work: string, keys: readonly string[]): Promise<Lease[]> {
    const wanted = keys.filter((key) => !this.mine.has(nameOf(work, key)));
    if (wanted.length === 0) return [];
    const { holder, lost } = await this.held();
    for (const key of wanted) this.mine.add(nameOf(work, key));
    const taken = await this.insert(work, wanted, holder).catch((error: unknown) => {
      for (const key of wanted) this.mine.delete(nameOf(work, key));
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
    const { rows } = await this.pool.query<{ holder: string }>(`select distinct holder from ${TABLE}`);
    for (const each of rows) {
      if (each.holder === holder) await this.freeUnknown(holder);
      else await this.freeIfDead(each.holder);
    }
  }

  async list(): Promise<LeasedWork[]> {
    const { rows } = await this.pool.query<LeasedWork>(
      `select work as name, count(*) filter (where paused is null)::int as running, count(paused)::int as paused,
         coalesce(array_agg(distinct paused) filter (where paused is not null), '{}') as reasons
       from ${TABLE} group by work order by work`,
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
    this.mine.delete(nameOf(work, key));
    await this.pool
      .query(`delete from ${TABLE} where work = $1 and key = $2 and holder = $3`, [work, key, holder])
      .catch(() => undefined);
  }

  private async freeUnknown(holder: string): Promise<void> {
    await this.pool.query(`delete from ${TABLE} where holder = $1 and work || ' ' || key <> all($2::text[])`, [
      holder,
      [...this.mine],
    ]);
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

const nameOf = (work: string, key: string): string => `${work} ${key}`;
const lockOf = (holder: string): string => `leases ${holder}`;
