import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { Backoff } from '../log/backoff.js';
import type { FactLog, Recorded } from '../log/fact-log.js';
import type { Checkpoints } from './checkpoints.js';
import { BusySlots } from './busy-slots.js';
import { isLeased, type Lease, type Leases } from './leases.js';
import { type Due, type Work, WorkLater } from './work.js';
import { WorkAttempts } from './work-attempts.js';

export interface WorkerParts {
  pool: pg.Pool;
  log: FactLog;
  leases: Leases;
  checkpoints: Checkpoints;
  logger: Logger;
}

/** Period of the looks for work of dead processes; new work and a free slot cause a look at once. */
const LOOK_EVERY_MS = 1000;
/** Rest of a key until the lookup shows the end of its work, and after an error. */
const REST_MS = 1000;
const REST_AFTER_ERROR_MS = 30_000;
const LOOKUP_WAIT_MS = 5000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * Does the work that a lookup lists, in every process: each key in one process at a time, under a lease. During an
 * outage the work keeps slot and lease, pauses, and goes on.
 */
export class Worker<Row extends Due> {
  private readonly running = new Map<string, WorkAttempts<Row>>();
  private readonly busy = new BusySlots();
  private readonly resting = new Set<string>();
  private readonly ends = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private loops: Promise<unknown> | undefined;
  private woken = new AbortController();
  /** true while this process follows the facts that restart work */
  private following = false;

  constructor(
    private readonly work: Work<Row>,
    private readonly parts: WorkerParts,
  ) {}

  start(): void {
    this.loops ??= Promise.all([this.follow(), this.look()]);
  }

  /** Takes this work at once, before the lookup lists it, if there is a free slot. */
  nudge(row: Row): void {
    this.take([row]).catch((error: unknown) => this.warn(error));
  }

  /** Resolves when the running work has stopped. The next start, or another process, goes on with it. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loops;
    if (this.work.sharedOut) await this.parts.leases.leave(this.work.name);
    await Promise.all(this.ends);
  }

  /** Follows the log from its head on. Work is taken after that: it reads its state, and later facts restart it. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    const types = [...this.work.startedBy, ...this.work.restartedBy];
    const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    while (!signal.aborted) {
      try {
        const head = await this.parts.log.store.head();
        this.following = true;
        for (const attempts of this.running.values()) attempts.restart();
        this.lookSoon();
        for await (const { facts } of this.parts.log.followSealed(head, { signal, types, urgent: true })) {
          backoff.reset();
          for (const fact of facts) this.react(fact);
        }
      } catch (error) {
        this.following = false;
        this.warn(error);
        await backoff.pause(signal);
      }
    }
  }

  private react(fact: Recorded): void {
    const { startedBy, restartedBy, lookup } = this.work;
    if (startedBy.includes(fact.type))
      void this.parts.checkpoints.waitFor([lookup], fact.position, LOOKUP_WAIT_MS).then(
        () => this.lookSoon(),
        () => undefined,
      );
    if (!restartedBy.includes(fact.type)) return;
    const key = this.work.keyOf(fact) ?? '';
    this.running.get(key)?.restart(fact.position);
    if (this.resting.delete(key)) this.lookSoon();
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff(LOOK_EVERY_MS, LONGEST_PAUSE_MS);
    let freeAt = 0;
    while (!signal.aborted) {
      this.woken = new AbortController();
      try {
        if (performance.now() >= freeAt) {
          freeAt = performance.now() + LOOK_EVERY_MS;
          await this.parts.leases.freeOrphaned();
        }
        const share = await this.share();
        this.giveBack(share);
        await this.take(await this.due(share));
        backoff.reset();
        const rest = AbortSignal.any([this.woken.signal, signal]);
        await pause(LOOK_EVERY_MS, undefined, { signal: rest, ref: false }).catch(() => undefined);
      } catch (error) {
        this.warn(error);
        await backoff.pause(signal);
      }
    }
  }

  private lookSoon(): void {
    this.woken.abort();
  }

  /** Number of keys for this process. */
  private async share(): Promise<number> {
    const { sharedOut, name, due, slots } = this.work;
    if (!sharedOut || !this.following) return slots.all;
    const processes = await this.parts.leases.share(name);
    const { rows } = await this.parts.pool.query<{ keys: number }>(`select count(*)::int as keys from (${due}) due`);
    return Math.min(slots.all, Math.ceil(rows[0]!.keys / processes));
  }

  /** Lets other processes have the keys that were taken last. */
  private giveBack(share: number): void {
    const staying = [...this.running.values()].filter(({ isLeaving }) => !isLeaving);
    const over = Math.min(staying.length - share, this.work.sharedOut?.atOnce ?? 0);
    for (const attempts of staying.slice(staying.length - Math.max(0, over))) attempts.leave();
  }

  /**
   * Due rows without a lease, as many as there are free slots: the oldest of each person in each lane first, and people
   * with little running work before others. A row that its lane or its person has no room for makes room for the next.
   */
  private async due(share: number): Promise<Row[]> {
    const { due, name, slots, sharedOut } = this.work;
    const free = Math.min(share - this.running.size, sharedOut?.atOnce ?? share);
    if (free <= 0 || !this.following) return [];
    const busy = this.busy.counts();
    const { rows } = await this.parts.pool.query<Row>(
      `with busy as (select * from unnest($3::text[], $4::text[], $5::int[]) busy (lane, person, running)),
       waiting as (
         select due.*, row_number() over (partition by lane, person order by since) + coalesce(running, 0) as in_both
         from (${due}) due left join busy using (lane, person)
         where key <> all($2::text[]) and not ${isLeased('$1', 'due.key')}
       ),
       of_lanes as (
         select *, row_number() over (partition by lane order by in_both, since)
           + (select coalesce(sum(running), 0) from busy where busy.lane = waiting.lane) as in_lane
         from waiting where in_both <= $6
       ),
       of_people as (
         select *, row_number() over (partition by person order by in_lane, since)
           + (select coalesce(sum(running), 0) from busy where busy.person = of_lanes.person) as in_person
         from of_lanes where in_lane <= $7
       )
       select * from of_people where in_person <= $8 order by in_person, since limit $9`,
      [
        name,
        [...this.resting],
        busy.map(({ lane }) => lane),
        busy.map(({ person }) => person),
        busy.map(({ running }) => running),
        slots.ofPersonInLane,
        slots.ofLane,
        slots.ofPerson,
        free,
      ],
    );
    return rows;
  }

  /** Starts the work of those rows that have a free slot, and a lease that nobody holds. */
  private async take(rows: readonly Row[]): Promise<void> {
    const claimed = rows.filter((row) => this.claim(row)).map(({ key }) => key);
    let leases: Lease[] = [];
    try {
      leases = await this.parts.leases.take(this.work.name, claimed);
    } finally {
      const leased = new Set(leases.map(({ key }) => key));
      for (const key of claimed) if (!leased.has(key)) this.end(key);
    }
    for (const lease of leases) {
      const end = this.run(lease).finally(() => this.ends.delete(end));
      this.ends.add(end);
    }
  }

  private claim(row: Row): boolean {
    const { running, busy, work } = this;
    if (!this.following || this.stopping.signal.aborted || running.has(row.key)) return false;
    if (!busy.hasRoom(row, work.slots)) return false;
    running.set(row.key, new WorkAttempts(work, row, this.parts.logger));
    busy.add(row);
    return true;
  }

  private end(key: string): void {
    this.busy.remove(this.running.get(key)!);
    this.running.delete(key);
  }

  private async run(lease: Lease): Promise<void> {
    const { key } = lease;
    let restMs = REST_MS;
    try {
      await this.running.get(key)!.run(lease, this.stopping.signal);
    } catch (error) {
      restMs = error instanceof WorkLater ? error.restMs : REST_AFTER_ERROR_MS;
      if (error instanceof WorkLater)
        this.parts.logger.info(
          { work: this.work.name, key, reason: error.message, restMs },
          'work is tried again later',
        );
      else this.parts.logger.error({ work: this.work.name, key, err: error }, 'work failed; it is tried again later');
    }
    await lease.release();
    this.resting.add(key);
    setTimeout(() => this.resting.delete(key), restMs).unref();
    this.end(key);
    this.lookSoon();
  }

  private warn(error: unknown): void {
    this.parts.logger.warn({ work: this.work.name, reason: (error as Error).message }, 'work waits');
  }
}
