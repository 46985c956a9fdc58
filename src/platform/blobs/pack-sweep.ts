import { setTimeout as pause } from 'node:timers/promises';
import { OrphanedPacks } from './orphaned-packs.js';
import { PackCompaction, type ThinPack } from './pack-compaction.js';
import type { PackContents } from './pack-contents.js';
import type { PackFolder } from './pack-folder.js';

const GROUP = 200;
const LONGEST_REST_MS = 5000;

/** One pass over packs: deletes orphaned packs and compacts thin ones, step by step. */
export class PackSweep {
  private readonly orphaned: OrphanedPacks;
  private readonly compaction: PackCompaction;

  /**
   * @param rest a pause after each step, as a multiple of the time that the step took
   * @param signal ends the pass after the step in progress
   */
  constructor(
    private readonly folder: PackFolder,
    contents: PackContents,
    private readonly rest: number,
    private readonly signal: AbortSignal,
  ) {
    this.orphaned = new OrphanedPacks(folder, contents);
    this.compaction = new PackCompaction(folder, contents);
  }

  /** The results so far, in packs and bytes. */
  get done(): { orphaned: OrphanedPacks['removed']; compacted: PackCompaction['done'] } {
    return { orphaned: this.orphaned.removed, compacted: this.compaction.done };
  }

  /**
   * @param orphanedBeforeMs Unix time; undefined: no orphaned pack is deleted
   * @returns whether it looked at all packs
   */
  async all(orphanedBeforeMs: number | undefined): Promise<boolean> {
    // A pass that fails at one bad pack begins elsewhere the next time.
    const whole = await this.pass(this.folder.packs(GROUP), orphanedBeforeMs);
    if (whole && orphanedBeforeMs !== undefined) await this.orphaned.forgetCopies();
    return whole;
  }

  /** Compacts those of the packs that are thin. */
  async some(packs: readonly string[]): Promise<void> {
    await this.pass([packs], undefined);
  }

  private async pass(
    groups: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
    orphanedBeforeMs: number | undefined,
  ): Promise<boolean> {
    const waiting: ThinPack[] = [];
    for await (const packs of groups) {
      const thin = await this.step(async () => {
        const files = await this.folder.stat(packs);
        if (orphanedBeforeMs !== undefined) await this.orphaned.removeOf(files, orphanedBeforeMs, this.signal);
        return this.compaction.thin(files);
      });
      for (const pack of thin) {
        waiting.push(pack);
        if (this.compaction.isEnough(waiting)) await this.step(() => this.compaction.compact(waiting.splice(0)));
        if (this.signal.aborted) return false;
      }
      if (this.signal.aborted) return false;
    }
    if (waiting.length > 0) await this.compaction.compact(waiting);
    return true;
  }

  private async step<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    const ms = Math.min((performance.now() - began) * this.rest, LONGEST_REST_MS);
    await pause(ms, undefined, { signal: this.signal, ref: false }).catch(() => undefined);
    return result;
  }
}
