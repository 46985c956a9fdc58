import pRetry from 'p-retry';
import type { PackContents } from './pack-contents.js';
import type { PackFile, PackFolder } from './pack-folder.js';
import { reached } from '../steps.js';

const LOCK_NOT_AVAILABLE = '55P03';
/** In one step; writers of rows wait while so many are deleted. */
const MOST_PACKS = 50;

/** Packs that no row names: left by a crash between pack and rows, or by compaction. */
export class OrphanedPacks {
  readonly removed = { packs: 0, bytes: 0 };

  constructor(
    private readonly folder: PackFolder,
    private readonly contents: PackContents,
  ) {}

  /**
   * Removes the orphaned ones among these packs.
   * @param youngestMs Unix time; a pack that was modified later stays
   * @param signal ends the wait for the table
   * @throws DatabaseError 55P03 if the table of blobs is in use for long
   */
  async removeOf(packs: readonly PackFile[], youngestMs: number, signal: AbortSignal): Promise<void> {
    const old = packs.filter(({ modifiedMs }) => modifiedMs <= youngestMs);
    const named = await this.contents.of(old.map(({ pack }) => pack));
    const orphaned = old.filter(({ pack }) => !named.has(pack));
    for (let at = 0; at < orphaned.length; at += MOST_PACKS)
      await this.remove(orphaned.slice(at, at + MOST_PACKS), signal);
  }

  /** Deletes the rows of copies in packs that no longer exist; `removeOf` leaves them. */
  async forgetCopies(): Promise<void> {
    const packs = await this.contents.retired();
    for (let at = 0; at < packs.length; at += MOST_PACKS) {
      const some = packs.slice(at, at + MOST_PACKS);
      const existing = new Set((await this.folder.stat(some)).map(({ pack }) => pack));
      await this.contents.forgetRetired(some.filter((pack) => !existing.has(pack)));
    }
    reached('orphans.forgotten');
  }

  private async remove(files: readonly PackFile[], signal: AbortSignal): Promise<void> {
    const packs = files.map(({ pack }) => pack);
    const shouldRetry = ({ error }: { error: Error }): boolean =>
      (error as { code?: string }).code === LOCK_NOT_AVAILABLE;
    const remove = (): Promise<void> =>
      this.contents.whileUnnamed(packs, async (unnamed) => {
        await this.folder.remove(unnamed);
        for (const { pack, size } of files)
          if (unnamed.includes(pack)) {
            this.removed.packs++;
            this.removed.bytes += size;
          }
        reached('orphans.removed');
      });
    await pRetry(remove, { retries: 5, minTimeout: 200, shouldRetry, signal });
  }
}
