import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { durably } from './blob-file.js';
import type { NamedPlace } from './blob-places.js';
import type { PackContents } from './pack-contents.js';
import type { PackFile, PackFolder } from './pack-folder.js';
import { reached } from '../steps.js';

const CHUNK_BYTES = 256 * 1024;
/** A new pack is full from this size on. */
const PACK_BYTES = 8 * 1024 * 1024;
const MOST_PACKS = 128;

interface Range {
  at: number;
  size: number;
}

export interface ThinPack extends PackFile {
  /** bytes that rows name */
  named: number;
}

/**
 * Copies the blobs of thin packs, of which rows name less than half, together into a new pack. The old packs stay as
 * orphaned packs: readers that have an old place, and backups of the database, may still need them.
 */
export class PackCompaction {
  /** `packs` were compacted: of `before` bytes, `after` were copied. */
  readonly done = { packs: 0, before: 0, after: 0 };
  private allowance: number | undefined;

  constructor(
    private readonly folder: PackFolder,
    private readonly contents: PackContents,
  ) {}

  /** A pack without rows is orphaned, not thin. A pack that is too short for its rows is damaged and stays as it is. */
  async thin(packs: readonly PackFile[]): Promise<ThinPack[]> {
    const contents = await this.contents.of(packs.map(({ pack }) => pack));
    return packs.flatMap((file) => {
      const content = contents.get(file.pack);
      if (!content || content.end > file.size || content.named * 2 >= file.size) return [];
      return [{ ...file, named: content.named }];
    });
  }

  /** Whether these packs fill a new one. */
  isEnough(packs: readonly ThinPack[]): boolean {
    return packs.length >= MOST_PACKS || bytesNamed(packs) >= PACK_BYTES;
  }

  /**
   * Does nothing when the copies would take too much of the disk.
   * @throws Error if the disk or the database fails; then every blob keeps its place
   */
  async compact(packs: readonly ThinPack[]): Promise<void> {
    const named = bytesNamed(packs);
    this.allowance ??= await this.allowedBytes();
    if (named > this.allowance) return;
    this.allowance -= named;
    const moved = await this.contents.move(
      packs.map(({ pack }) => pack),
      (blobs) => this.copy(blobs),
    );
    const left = new Set(moved.map(({ pack }) => pack));
    this.done.packs += left.size;
    this.done.before += packs.reduce((sum, { pack, size }) => sum + (left.has(pack) ? size : 0), 0);
    this.done.after += moved.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * A moved blob is on the disk twice until its old pack is deleted. All these copies take at most a quarter of the
   * space that would be free without them.
   */
  private async allowedBytes(): Promise<number> {
    const retired = await this.contents.retiredBytes();
    return (retired + (await this.folder.freeBytes())) / 4 - retired;
  }

  private async copy(blobs: readonly NamedPlace[]): Promise<NamedPlace[]> {
    const file = this.folder.fresh();
    const places = await durably(file, 'wx', (to) => this.copyInto(to, blobs));
    reached('compaction.copied');
    const pack = await this.folder.shelve(file);
    reached('compaction.renamed');
    await this.folder.syncShelvesOf([pack]);
    await this.folder.touch([...new Set(blobs.map((blob) => blob.pack))]);
    return places.map((place) => ({ ...place, pack }));
  }

  private async copyInto(to: FileHandle, blobs: readonly NamedPlace[]): Promise<NamedPlace[]> {
    const copies: NamedPlace[] = [];
    let end = 0;
    for (const pack of new Set(blobs.map((blob) => blob.pack))) {
      const group = blobs.filter((one) => one.pack === pack).toSorted((a, b) => a.at - b.at);
      const from = await open(this.folder.path(pack), 'r');
      try {
        for (const range of rangesOf(group)) await copyRange(from, range, to);
      } finally {
        await from.close();
      }
      for (const blob of group) {
        copies.push({ ...blob, at: end });
        end += blob.size;
      }
    }
    return copies;
  }
}

const bytesNamed = (packs: readonly ThinPack[]): number => packs.reduce((sum, { named }) => sum + named, 0);

/** Neighbours are one range: small blobs cost a read and a write each otherwise. */
function rangesOf(sorted: readonly NamedPlace[]): Range[] {
  const ranges: Range[] = [];
  for (const { at, size } of sorted) {
    const last = ranges.at(-1);
    if (last && last.at + last.size === at) last.size += size;
    else ranges.push({ at, size });
  }
  return ranges;
}

async function copyRange(from: FileHandle, { at, size }: Range, to: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
  for (let done = 0; done < size;) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, size - done), at + done);
    if (bytesRead === 0) throw new Error('a pack ends before its last blob: it is left as it is');
    await to.writeFile(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
}
