import { randomInt, randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readdir, readFile, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LEFTOVER_AFTER_MS = 60 * 60 * 1000;
const SHELVES = Array.from('0123456789abcdef');
const PACK = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MARK = 'sweep-mark';
const CHECK_BYTES = 4096;

interface FolderCheck {
  state: FolderState;
  reason: string | null;
  freeBytes: number | null;
}

type FolderState = 'ok' | 'full' | 'read-only' | 'missing' | 'failing';
const STATE_OF: Readonly<Record<string, FolderState>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  ENOENT: 'missing',
};

export interface PackFile {
  pack: string;
  /** in bytes */
  size: number;
  /** Unix time */
  modifiedMs: number;
}

/** The files of the blob store: packs on sixteen shelves, and `incoming` for files that are still written. */
export class PackFolder {
  private checking: Promise<FolderCheck> | undefined;

  private constructor(
    readonly dir: string,
    /** true if the folder had no shelf when it was opened */
    readonly wasEmpty: boolean,
  ) {}

  /** Creates missing folders and removes leftovers. */
  static async open(dir: string): Promise<PackFolder> {
    const made = await mkdir(dir, { recursive: true, mode: 0o700 });
    const present = new Set(await readdir(dir));
    for (const folder of ['incoming', ...SHELVES])
      if (!present.has(folder)) await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
    await syncFolder(dir);
    if (made !== undefined)
      for (let folder = dir; folder.length >= made.length;) await syncFolder((folder = dirname(folder)));
    const folder = new PackFolder(
      dir,
      SHELVES.every((shelf) => !present.has(shelf)),
    );
    await folder.removeLeftovers();
    return folder;
  }

  /** The path of a new file. */
  fresh(): string {
    return join(this.dir, 'incoming', randomUUID());
  }

  path(pack: string): string {
    return join(this.dir, pack[0]!, pack);
  }

  /** Makes a durable file a pack. The pack's name is durable after `syncShelvesOf`. */
  async shelve(file: string): Promise<string> {
    const pack = randomUUID();
    await rename(file, this.path(pack));
    return pack;
  }

  async remove(packs: readonly string[]): Promise<void> {
    await Promise.all(packs.map((pack) => rm(this.path(pack), { force: true })));
  }

  async syncShelvesOf(packs: readonly string[]): Promise<void> {
    await Promise.all([...new Set(packs.map((pack) => dirname(this.path(pack))))].map(syncFolder));
  }

  /** All packs, in groups of at most `most`; begins at a random shelf. */
  async *packs(most: number): AsyncIterable<string[]> {
    let group: string[] = [];
    const first = randomInt(SHELVES.length);
    for (const shelf of [...SHELVES.slice(first), ...SHELVES.slice(0, first)])
      for await (const { name } of await opendir(join(this.dir, shelf))) {
        if (!PACK.test(name) || !name.startsWith(shelf)) continue;
        group.push(name);
        if (group.length < most) continue;
        yield group;
        group = [];
      }
    if (group.length > 0) yield group;
  }

  /** Those of the packs that exist. */
  async stat(packs: readonly string[]): Promise<PackFile[]> {
    const found = await Promise.all(
      packs.map(async (pack) => {
        const file = await stat(this.path(pack)).catch(ifAbsent(undefined));
        return file && [{ pack, size: file.size, modifiedMs: file.mtimeMs }];
      }),
    );
    return found.flatMap((file) => file ?? []);
  }

  /** Sets their time of modification, from which the age of an orphaned pack counts. */
  async touch(packs: readonly string[]): Promise<void> {
    const now = new Date();
    await Promise.all(packs.map((pack) => utimes(this.path(pack), now, now)));
  }

  /** Removes files that a killed process left unfinished more than an hour ago. */
  async removeLeftovers(): Promise<void> {
    const incoming = join(this.dir, 'incoming');
    for (const name of await readdir(incoming)) {
      const { mtimeMs } = await stat(join(incoming, name)).catch(ifAbsent({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > LEFTOVER_AFTER_MS) await rm(join(incoming, name), { force: true });
    }
  }

  /** Free space of the file system, in bytes. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.dir);
    return bavail * bsize;
  }

  /** Writes a small file and removes it. Never fails. Simultaneous calls share one check. */
  check(): Promise<FolderCheck> {
    return (this.checking ??= this.checkNow().finally(() => (this.checking = undefined)));
  }

  private async checkNow(): Promise<FolderCheck> {
    const freeBytes = await this.freeBytes().catch(() => null);
    const file = this.fresh();
    try {
      await writeFile(file, Buffer.alloc(CHECK_BYTES), { flag: 'wx', mode: 0o600 });
      return { state: 'ok', reason: null, freeBytes };
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      return { state: STATE_OF[code] ?? 'failing', reason: message, freeBytes };
    } finally {
      await rm(file, { force: true }).catch(() => undefined);
    }
  }

  /** The text that the last sweep left here; undefined before the first sweep. */
  async mark(): Promise<string | undefined> {
    return readFile(join(this.dir, MARK), 'utf8').catch(ifAbsent(undefined));
  }

  /** Durable, and whole even if the process is killed. */
  async setMark(text: string): Promise<void> {
    const file = this.fresh();
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(file, join(this.dir, MARK));
    await syncFolder(this.dir);
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
