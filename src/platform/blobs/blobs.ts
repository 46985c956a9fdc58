import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import type pg from 'pg';
import {
  type BodyFile,
  overwrite,
  type PendingBlob,
  pendingInMemory,
  sealBlobFile,
  writeBlobFile,
  writePackFile,
} from './blob-file.js';
import { BlobDamaged, BlobMissing } from './blob-format.js';
import { BlobPlaces, type NamedPlace } from './blob-places.js';
import { openVerified, plaintextOf, readBlob, type SealedBlob } from './blob-reading.js';
import { MissingBlobs } from './missing-blobs.js';
import { reached } from '../steps.js';
import { together } from '../together.js';
import { PackFolder } from './pack-folder.js';

/** As many as libuv has threads (UV_THREADPOOL_SIZE=16): more would wait. */
const SIDE_BY_SIDE = 16;
const PACKS_AT_ONCE = 500;

export interface BlobToKeep {
  blob: PendingBlob;
  /** the message's id, 32 hex digits */
  name: string;
  /** the message's data key, 32 bytes */
  key: Buffer;
}

/** The disk or a quota is full. */
export class BlobStoreFull extends Error {
  constructor(dir: string, cause: unknown) {
    super(`no room left for messages in ${dir} (${(cause as NodeJS.ErrnoException).code}): free some space`, { cause });
    this.name = 'BlobStoreFull';
  }
}

/**
 * Raw messages, encrypted under their data keys: destroying a key makes its blob unreadable for ever. Messages that are
 * stored together share a file, a pack, so one fsync serves a hundred messages. The only change to a pack is zeros over
 * removed blobs. A name has a whole blob or none, even if the process is killed: the row with its place is written
 * after the pack is durable.
 */
export class Blobs {
  private readonly limit = pLimit(SIDE_BY_SIDE);
  private thinned: (packs: readonly string[]) => void = () => undefined;

  private constructor(
    readonly folder: PackFolder,
    private readonly places: BlobPlaces,
    readonly missing: MissingBlobs,
  ) {}

  static async open(dir: string, pool: pg.Pool): Promise<Blobs> {
    return new Blobs(await PackFolder.open(dir), new BlobPlaces(pool), new MissingBlobs(pool));
  }

  /** True if the folder was empty or missing at the start, although there are messages: it was deleted or replaced. */
  async lostFolder(): Promise<boolean> {
    return this.folder.wasEmpty && (await this.places.any());
  }

  /** Reports blobs of packs that are missing or too short. Reads no pack. */
  async findMissing(signal: AbortSignal): Promise<void> {
    for (let after = ''; !signal.aborted;) {
      const packs = await this.places.packsAfter(after, PACKS_AT_ONCE);
      if (packs.length === 0) return;
      after = packs.at(-1)!.pack;
      const there = new Map(
        (await this.folder.stat(packs.map(({ pack }) => pack))).map((file) => [file.pack, file.size]),
      );
      for (const { pack, end } of packs) {
        const size = there.get(pack) ?? 0;
        if (size < end) await this.missing.reportAll(await this.places.behind(pack, size));
      }
    }
  }

  /** Reads the whole blob. */
  async isWhole(name: string, key: Buffer, hash: string): Promise<boolean> {
    try {
      await this.atItsPlace(name, key, hash, async (sealed) => (await openVerified(sealed)).close());
      return true;
    } catch (error) {
      if (error instanceof BlobMissing || error instanceof BlobDamaged) return false;
      throw error;
    }
  }

  /**
   * Takes in a blob without a name yet. A stream of any size holds one chunk in memory. A failure leaves no file.
   * @throws BlobStoreFull, and any error of the source
   */
  async write(raw: Buffer | AsyncIterable<Buffer>): Promise<PendingBlob> {
    const blob = Buffer.isBuffer(raw)
      ? pendingInMemory(raw)
      : await writeBlobFile(this.folder.fresh(), raw).catch((error: unknown) => this.fail(error));
    reached('blob.written');
    return blob;
  }

  /**
   * Makes all blobs durable under their names, or, if it fails, none of the new ones. A whole blob that has the name
   * and the key already stays as it is. The pending blobs are discarded in any case.
   * @param mayReplace asked when the name has a blob of other bytes, or a damaged one; false: that one stays
   * @throws BlobStoreFull
   */
  async keep(
    blobs: readonly BlobToKeep[],
    mayReplace: (blob: BlobToKeep) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<void> {
    try {
      const wanted = [...new Map(blobs.map((one) => [one.name, one])).values()];
      const there = await this.stayingOf(wanted, mayReplace);
      const placed = await this.inPacks(wanted.filter(({ name }) => !there.has(name)));
      await this.places.put(placed);
      if (placed.length > 0) reached('blob.placed');
      await this.requirePacksOf(placed);
    } finally {
      await Promise.all(blobs.map(({ blob }) => this.discard(blob)));
    }
  }

  /**
   * As `keep` for one blob: those that wait at the same moment are kept together, and fail together.
   * @throws BlobStoreFull
   */
  readonly keepOne = together(async (blobs: readonly BlobToKeep[]) => {
    await this.keep(blobs);
    return blobs;
  });

  async discard({ body }: PendingBlob): Promise<void> {
    if (!Buffer.isBuffer(body)) await rm(body.file, { force: true });
  }

  async has(name: string): Promise<boolean> {
    return (await this.places.find([checked(name)])).has(name);
  }

  /** All that another thread needs to read the blob. Its place is valid for a week at least. @throws BlobMissing */
  async sealed(name: string, key: Buffer, hash: string): Promise<SealedBlob> {
    const place = (await this.places.find([checked(name)])).get(name);
    if (!place) throw new BlobMissing(name);
    return { file: this.folder.path(place.pack), at: place.at, size: place.size, name, key, hash };
  }

  /** Returns the whole plaintext. @throws BlobMissing, BlobDamaged */
  async read(name: string, key: Buffer, hash: string): Promise<Buffer> {
    return this.atItsPlace(name, key, hash, readBlob);
  }

  /**
   * Reads the blob twice, to verify and to stream it, with one chunk in memory. `content` must be read to its end or
   * destroyed.
   * @throws BlobMissing, BlobDamaged
   */
  async stream(name: string, key: Buffer, hash: string): Promise<{ size: number; content: Readable }> {
    return this.atItsPlace(name, key, hash, async (blob) => plaintextOf(await openVerified(blob), blob));
  }

  /** Deletes blobs and overwrites their bytes, both durably. A missing blob is no error. */
  async remove(names: readonly string[]): Promise<void> {
    await this.missing.forget(names);
    // The next turn finds a blob that compaction moved meanwhile.
    for (;;) {
      const places = await this.places.findCopies(names);
      if (places.length === 0) return;
      const packs = [...new Set(places.map(({ pack }) => pack))];
      const inPack = (pack: string): NamedPlace[] => places.filter((place) => place.pack === pack);
      await Promise.all(packs.map((pack) => this.limit(() => overwrite(this.folder.path(pack), inPack(pack)))));
      reached('blob.overwritten');
      const { empty, thinned } = await this.places.remove(places);
      await this.folder.remove(empty);
      await this.folder.syncShelvesOf(empty);
      if (thinned.length > 0) this.thinned(thinned);
    }
  }

  /** Calls `listener` with the packs from which `remove` took some blobs, but not all. */
  onThinned(listener: (packs: readonly string[]) => void): void {
    this.thinned = listener;
  }

  /** If compaction moved the blob and its old pack was deleted since, the new place is found once more. */
  private async atItsPlace<T>(
    name: string,
    key: Buffer,
    hash: string,
    read: (blob: SealedBlob) => Promise<T>,
  ): Promise<T> {
    const blob = await this.sealed(name, key, hash);
    try {
      return await read(blob);
    } catch (error) {
      if (!(error instanceof BlobMissing)) throw error;
      const now = await this.sealed(name, key, hash);
      if (now.file === blob.file) throw error;
      return read(now);
    }
  }

  private async stayingOf(
    blobs: readonly BlobToKeep[],
    mayReplace: (blob: BlobToKeep) => Promise<boolean>,
  ): Promise<Set<string>> {
    const there = await this.places.find(blobs.map(({ name }) => checked(name)));
    const known = blobs.filter(({ name }) => there.has(name));
    const stays = await Promise.all(
      known.map(
        async (one) =>
          (await this.limit(() => this.isWhole(one.name, one.key, one.blob.hash))) || !(await mayReplace(one)),
      ),
    );
    return new Set(known.filter((_, n) => stays[n]).map(({ name }) => name));
  }

  /** Blobs in memory share a pack; each streamed blob gets its own. */
  private async inPacks(blobs: readonly BlobToKeep[]): Promise<NamedPlace[]> {
    const together = blobs.flatMap(({ blob: { body }, ...one }) =>
      Buffer.isBuffer(body) ? [{ ...one, raw: body }] : [],
    );
    const alone = blobs.flatMap(({ blob: { body }, ...one }) => (Buffer.isBuffer(body) ? [] : [{ ...one, body }]));
    const outcomes = await Promise.allSettled([
      ...(together.length > 0 ? [this.pack(together)] : []),
      ...alone.map((one) => this.limit(() => this.packOfOne(one))),
    ]);
    const placed = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    const packs = [...new Set(placed.map(({ pack }) => pack))];
    try {
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      await this.folder.syncShelvesOf(packs);
      return placed;
    } catch (error) {
      await this.folder.remove(packs);
      return this.fail(error);
    }
  }

  private async pack(blobs: readonly { raw: Buffer; name: string; key: Buffer }[]): Promise<NamedPlace[]> {
    const file = this.folder.fresh();
    const places = await writePackFile(file, blobs);
    reached('blob.synced');
    const pack = await this.shelve(file);
    return places.map((place) => ({ ...place, pack }));
  }

  private async packOfOne({ body, name, key }: { body: BodyFile; name: string; key: Buffer }): Promise<NamedPlace[]> {
    const { size } = await sealBlobFile(body, name, key);
    reached('blob.synced');
    return [{ name, pack: await this.shelve(body.file), at: 0, size }];
  }

  private async shelve(file: string): Promise<string> {
    const pack = await this.folder.shelve(file);
    reached('blob.renamed');
    return pack;
  }

  /** A process that was suspended for a week between a pack and its rows finds that the sweep deleted the pack. */
  private async requirePacksOf(placed: readonly NamedPlace[]): Promise<void> {
    const packs = [...new Set(placed.map(({ pack }) => pack))];
    const there = await this.folder.stat(packs);
    if (there.length === packs.length) return;
    await this.places.remove(placed);
    throw new Error('a pack was deleted before its messages were placed: store them again');
  }

  private fail(error: unknown): never {
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw full ? new BlobStoreFull(this.folder.dir, error) : error;
  }
}

function checked(name: string): string {
  if (!/^[0-9a-f]{32}$/.test(name)) throw new Error(`${name} names no blob`);
  return name;
}
