import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reached } from '../steps.js';

const LEFTOVER_AFTER_MS = 60 * 60 * 1000;
const SHELVES = Array.from('0123456789abcdef');

/** The files of the blob store: packs on shelves, and beside them what is still being written. */
export class PackFolder {
  private constructor(readonly dir: string) {}

  /** Makes the folders; removes what a killed process left unfinished more than an hour ago. */
  static async open(dir: string): Promise<PackFolder> {
    const made = await mkdir(dir, { recursive: true, mode: 0o700 });
    const present = new Set(await readdir(dir));
    for (const folder of ['incoming', ...SHELVES])
      if (!present.has(folder)) await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
    await syncFolder(dir);
    if (made !== undefined)
      for (let folder = dir; folder.length >= made.length;) await syncFolder((folder = dirname(folder)));
    await removeLeftovers(join(dir, 'incoming'));
    return new PackFolder(dir);
  }

  /** A file to write. */
  fresh(): string {
    return join(this.dir, 'incoming', randomUUID());
  }

  path(pack: string): string {
    return join(this.dir, pack[0]!, pack);
  }

  /** Gives a file that is durable its name among the packs, durable once its shelf is synced. */
  async shelve(file: string): Promise<string> {
    const pack = randomUUID();
    await rename(file, this.path(pack));
    reached('blob.renamed');
    return pack;
  }

  async remove(packs: readonly string[]): Promise<void> {
    await Promise.all(packs.map((pack) => rm(this.path(pack), { force: true })));
  }

  async syncShelvesOf(packs: readonly string[]): Promise<void> {
    await Promise.all([...new Set(packs.map((pack) => dirname(this.path(pack))))].map(syncFolder));
  }
}

async function removeLeftovers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const { mtimeMs } = await stat(join(incoming, name)).catch(ifAbsent({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > LEFTOVER_AFTER_MS) await rm(join(incoming, name), { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const ifAbsent =
  <T>(instead: T) =>
  (error: unknown): T => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return instead;
  };
