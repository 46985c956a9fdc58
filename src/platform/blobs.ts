import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import {
  openVerified,
  type PendingBlob,
  pendingInMemory,
  plaintextOf,
  readBlobFile,
  sealBlobFile,
  type SealedBlob,
  writeBlobFile,
} from './blob-file.js';
import { BlobDamaged, BlobMissing } from './blob-format.js';
import { reached } from './kill-points.js';

const LEFTOVER_AFTER_MS = 60 * 60 * 1000;
/** Fsyncs side by side share the disk's commits; past the number of libuv's threads (UV_THREADPOOL_SIZE=16) nothing is gained. */
const SIDE_BY_SIDE = 16;

/** Few, since every group of blobs syncs each folder that it touches. */
const SHELVES = Array.from('0123456789abcdef');

export interface BlobToKeep {
  blob: PendingBlob;
  /** the message's id, 32 hex digits */
  name: string;
  /** the message's data key, 32 bytes */
  key: Buffer;
}

/** No room for messages: the disk or a quota is full. */
export class BlobStoreFull extends Error {
  constructor(dir: string, cause: unknown) {
    super(`no room left for messages in ${dir} (${(cause as NodeJS.ErrnoException).code})`, { cause });
    this.name = 'BlobStoreFull';
  }
}

/**
 * Raw messages as files, encrypted under their message's data key: destroying that key makes a file unreadable for good.
 * A name holds a whole blob or none, whenever the process is killed.
 */
export class Blobs {
  private readonly limit = pLimit(SIDE_BY_SIDE);

  private constructor(private readonly dir: string) {}

  /** Makes the folders; removes what a killed process left unfinished more than an hour ago. */
  static async open(dir: string): Promise<Blobs> {
    const made = await mkdir(dir, { recursive: true, mode: 0o700 });
    const present = new Set(await readdir(dir));
    const folders = ['incoming', ...SHELVES];
    for (const folder of folders) if (!present.has(folder)) await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
    await syncFolder(dir);
    if (made !== undefined) for (let folder = dir; folder.length >= made.length;) await syncFolder((folder = dirname(folder)));
    await removeLeftovers(join(dir, 'incoming'));
    return new Blobs(dir);
  }

  /** What streams takes memory for a chunk, whatever its size. When it fails nothing is left. @throws BlobStoreFull, or what the source throws */
  async write(raw: Buffer | AsyncIterable<Buffer>): Promise<PendingBlob> {
    const blob = Buffer.isBuffer(raw)
      ? pendingInMemory(raw)
      : await writeBlobFile(this.fresh(), raw).catch((error: unknown) => this.fail(error));
    reached('blob.written');
    return blob;
  }

  /**
   * When it returns, all are durable under their names; a whole blob that was there under the same key stays.
   * When it fails, no pending one is left, and those that made it to their names are whole.
   * @throws BlobStoreFull
   */
  async keep(blobs: readonly BlobToKeep[]): Promise<void> {
    const outcomes = await Promise.allSettled(blobs.map((one) => this.limit(() => this.keepOne(one))));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) {
      await Promise.all(blobs.map(({ blob }) => this.discard(blob)));
      this.fail(failure.reason);
    }
    await this.syncFoldersOf(blobs.map(({ name }) => name));
  }

  async discard({ body }: PendingBlob): Promise<void> {
    if (!Buffer.isBuffer(body)) await rm(body.file, { force: true });
  }

  async has(name: string): Promise<boolean> {
    return access(this.path(name)).then(() => true, ifAbsent(false));
  }

  /** For who reads it in another thread. */
  sealed(name: string, key: Buffer, hash: string): SealedBlob {
    return { file: this.path(name), name, key, hash };
  }

  /** The whole plaintext in memory. @throws BlobMissing, BlobDamaged */
  async read(name: string, key: Buffer, hash: string): Promise<Buffer> {
    return readBlobFile(this.path(name), { name, key, hash });
  }

  /**
   * Read once to verify, then again to give out, a chunk in memory at a time. `content` must be read to its end or destroyed.
   * @throws BlobMissing, BlobDamaged
   */
  async stream(name: string, key: Buffer, hash: string): Promise<{ size: number; content: Readable }> {
    return plaintextOf(await openVerified(this.path(name), { name, key, hash }), name, key);
  }

  /** Durably; absent ones are no error. */
  async remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.limit(() => rm(this.path(name), { force: true }))));
    await this.syncFoldersOf(names);
  }

  private async keepOne({ blob, name, key }: BlobToKeep): Promise<void> {
    if (await this.isWhole(name, key, blob.hash)) return this.discard(blob);
    const file = await sealBlobFile(blob, name, key, this.fresh());
    reached('blob.synced');
    await rename(file, this.path(name));
    reached('blob.renamed');
  }

  private async isWhole(name: string, key: Buffer, hash: string): Promise<boolean> {
    try {
      await (await openVerified(this.path(name), { name, key, hash })).close();
      return true;
    } catch (error) {
      if (error instanceof BlobMissing || error instanceof BlobDamaged) return false;
      throw error;
    }
  }

  private async syncFoldersOf(names: readonly string[]): Promise<void> {
    const folders = new Set(names.map((name) => dirname(this.path(name))));
    await Promise.all([...folders].map((folder) => this.limit(() => syncFolder(folder))));
  }

  private fresh(): string {
    return join(this.dir, 'incoming', randomUUID());
  }

  private path(name: string): string {
    if (!/^[0-9a-f]{32}$/.test(name)) throw new Error(`${name} names no blob`);
    return join(this.dir, name[0]!, name);
  }

  private fail(error: unknown): never {
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw full ? new BlobStoreFull(this.dir, error) : error;
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
