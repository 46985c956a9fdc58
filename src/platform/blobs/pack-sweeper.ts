import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Locks } from '../database/locks.js';
import type { Blobs } from './blobs.js';
import { PackContents } from './pack-contents.js';
import { PackSweep } from './pack-sweep.js';
import { SweepMark } from './sweep-mark.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_REMEMBERED = 10_000;

const DEFAULTS = {
  /**
   * An orphaned pack is deleted at this age. By then its writer has failed and its readers have ended. A backup of the
   * database that is not older than this finds every pack that it names.
   */
  orphanAgeMs: 7 * DAY_MS,
  /** The first sweep, after the start. */
  firstSweepMs: 10 * 60 * 1000,
  /** Between two looks for a sweep that is due. */
  dueEveryMs: 60 * 60 * 1000,
  /** Between two looks for packs that lost a blob. */
  lookEveryMs: 60 * 1000,
  /** A pause after each step, as a multiple of the time that the step took. */
  rest: 4,
};

/**
 * Gives back space of the blob store in the background: compacts packs after a removal of blobs; once a day also looks
 * at all packs and deletes orphaned ones. One process at a time does this.
 */
export class PackSweeper {
  private readonly contents: PackContents;
  private readonly mark: SweepMark;
  private readonly settings: typeof DEFAULTS;
  private readonly stopping = new AbortController();
  private readonly thinned = new Set<string>();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly blobs: Blobs,
    pool: pg.Pool,
    private readonly locks: Locks,
    private readonly logger: Logger,
    settings: Partial<typeof DEFAULTS> = {},
  ) {
    this.contents = new PackContents(pool);
    this.mark = new SweepMark(pool, blobs.folder);
    this.settings = { ...DEFAULTS, ...settings };
  }

  start(): void {
    this.blobs.onThinned((packs) => {
      for (const pack of packs) if (this.thinned.size < MOST_REMEMBERED) this.thinned.add(pack);
    });
    this.looking ??= this.look();
  }

  /** Resolves after the step in progress. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    let due = performance.now() + this.settings.firstSweepMs;
    for (;;) {
      await pause(this.settings.lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (this.thinned.size > 0) await this.compactThinned();
        if (performance.now() < due) continue;
        due = performance.now() + this.settings.dueEveryMs;
        if (await this.mark.isDue(DAY_MS)) await this.sweep();
      } catch (error) {
        if (signal.aborted) return;
        this.logger.warn({ err: error }, 'space of messages was not given back; the next sweep tries again');
      }
    }
  }

  /** A pass over all packs. Does nothing while another process is at it. */
  async sweep(): Promise<void> {
    await this.alone(async (sweep) => {
      if (await sweep.all(await this.orphanedBeforeMs())) await this.mark.ended();
      await this.blobs.folder.removeLeftovers();
    });
  }

  private async compactThinned(): Promise<void> {
    await this.alone(async (sweep) => {
      const packs = [...this.thinned];
      this.thinned.clear();
      await sweep.some(packs);
    });
  }

  private async orphanedBeforeMs(): Promise<number | undefined> {
    const { orphanAgeMs } = this.settings;
    const { sinceMs, broken } = await this.mark.renew();
    const from = sinceMs + orphanAgeMs;
    if (broken)
      this.logger.warn(
        { from: new Date(from) },
        'the database or the folder of messages was restored or replaced: orphaned packs are kept for now',
      );
    return from <= Date.now() ? Date.now() - orphanAgeMs : undefined;
  }

  private async alone(work: (sweep: PackSweep) => Promise<void>): Promise<void> {
    const lock = await this.locks.tryAcquire('sweep of message packs');
    if (!lock) return;
    const signal = AbortSignal.any([lock.lost, this.stopping.signal]);
    const sweep = new PackSweep(this.blobs.folder, this.contents, this.settings.rest, signal);
    try {
      await work(sweep);
    } finally {
      await lock.release();
      const { orphaned, compacted } = sweep.done;
      if (orphaned.packs > 0) this.logger.info(orphaned, 'gave back space: orphaned packs of messages were deleted');
      if (compacted.packs > 0)
        this.logger.info(compacted, 'packs of messages were compacted; the old packs are orphaned');
    }
  }
}
