import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { BlobDamaged, BlobMissing, HEADER_BYTES } from './blob-format.js';
import { BlobPlaces } from './blob-places.js';
import { Blobs, BlobStoreFull } from './blobs.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const newName = (): string => randomBytes(16).toString('hex');

async function* inPieces(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('blobs', () => {
  const key = randomBytes(32);
  let dir: string;
  let database: TestDatabase;
  let pool: pg.Pool;
  let places: BlobPlaces;
  let blobs: Blobs;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'blobs-'));
    database = await freshDatabase();
    pool = newPool(database.url);
    places = new BlobPlaces(pool);
    blobs = await Blobs.open(dir, pool);
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(async () => {
    await rm(dir, { recursive: true });
    await pool.end();
    await database.drop();
  });

  const placeOf = async (name: string) => (await places.find([name])).get(name)!;
  const fileIn = (pack: string): string => join(dir, pack[0]!, pack);
  const fileOf = async (name: string): Promise<string> => fileIn((await placeOf(name)).pack);
  const incoming = (): Promise<string[]> => readdir(join(dir, 'incoming'));

  async function kept(raw: Buffer, name = newName()): Promise<{ name: string; hash: string }> {
    const blob = await blobs.write(raw);
    await blobs.keep([{ blob, name, key }]);
    return { name, hash: blob.hash };
  }

  async function streamed(name: string, hash: string): Promise<Buffer> {
    const { size, content } = await blobs.stream(name, key, hash);
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    const whole = Buffer.concat(chunks);
    expect(whole.length).toBe(size);
    return whole;
  }

  it.each([0, 1, 20_000, 128 * 1024, 256 * 1024, 1_000_003])(
    'gives %i bytes back, whole and streamed',
    async (size) => {
      const raw = randomBytes(size);
      for (const source of [raw, inPieces(raw, 1000)]) {
        const blob = await blobs.write(source);
        expect({ hash: blob.hash, size: blob.size }).toEqual({ hash: sha256(raw), size });
        expect(blob.head.equals(raw.subarray(0, 128 * 1024))).toBe(true);
        const name = newName();
        await blobs.keep([{ blob, name, key }]);
        expect((await blobs.read(name, key, blob.hash)).equals(raw)).toBe(true);
        expect((await streamed(name, blob.hash)).equals(raw)).toBe(true);
      }
      expect(await incoming()).toEqual([]);
    },
  );

  it('keeps a group in which a message occurs twice', async () => {
    const raws = Array.from({ length: 60 }, (_, n) => Buffer.from(`message ${n % 50}`));
    const names = raws.map((raw) => sha256(raw).slice(0, 32));
    const group = await Promise.all(
      raws.map(async (raw, n) => ({ blob: await blobs.write(raw), name: names[n]!, key })),
    );
    await blobs.keep(group);
    for (const [n, raw] of raws.entries())
      expect((await blobs.read(names[n]!, key, sha256(raw))).equals(raw)).toBe(true);
    expect(await incoming()).toEqual([]);
  });

  it('encrypts its files and makes them readable for their owner only', async () => {
    const { name } = await kept(Buffer.from('Dear Ada, '.repeat(1000)));
    const file = await fileOf(name);
    expect((await readFile(file)).includes('Dear')).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('encrypts the same bytes differently each time', async () => {
    const [one, other] = [await kept(Buffer.from('same')), await kept(Buffer.from('same'))];
    const [a, b] = [await readFile(await fileOf(one.name)), await readFile(await fileOf(other.name))];
    expect(a.subarray(HEADER_BYTES).equals(b.subarray(HEADER_BYTES))).toBe(false);
  });

  it('keeps a whole blob that has the name already', async () => {
    const raw = Buffer.from('once');
    const { name, hash } = await kept(raw);
    const before = await placeOf(name);
    await kept(raw, name);
    expect(await placeOf(name)).toEqual(before);
    expect((await blobs.read(name, key, hash)).equals(raw)).toBe(true);
    expect(await incoming()).toEqual([]);
  });

  it('replaces a damaged blob', async () => {
    const raw = Buffer.from('mended');
    const { name, hash } = await kept(raw);
    await writeFile(await fileOf(name), 'rubbish');
    await kept(raw, name);
    expect((await blobs.read(name, key, hash)).equals(raw)).toBe(true);
  });

  it('has a blob until its removal', async () => {
    const { name, hash } = await kept(Buffer.from('gone soon'));
    expect(await blobs.has(name)).toBe(true);
    await blobs.remove([name, newName()]);
    expect(await blobs.has(name)).toBe(false);
    await expect(blobs.read(name, key, hash)).rejects.toThrow(BlobMissing);
    await expect(blobs.stream(name, key, hash)).rejects.toThrow(BlobMissing);
  });

  it('writes blobs of one group into one file, and overwrites a removed blob in it', async () => {
    const raws = Array.from({ length: 3 }, (_, n) => Buffer.from(`letter ${n}`));
    const group = await Promise.all(raws.map(async (raw) => ({ blob: await blobs.write(raw), name: newName(), key })));
    await blobs.keep(group);
    const [first, second, third] = group.map(({ name }) => name) as [string, string, string];
    const { pack, at, size } = await placeOf(second);
    expect((await placeOf(first)).pack).toBe(pack);
    const before = await readFile(fileIn(pack));

    await blobs.remove([second]);
    const after = await readFile(fileIn(pack));
    expect(after.subarray(at, at + size).equals(Buffer.alloc(size))).toBe(true);
    expect(after.subarray(0, at).equals(before.subarray(0, at))).toBe(true);
    expect(after.subarray(at + size).equals(before.subarray(at + size))).toBe(true);
    expect((await blobs.read(third, key, sha256(raws[2]!))).equals(raws[2]!)).toBe(true);

    await blobs.remove([first, third]);
    await expect(stat(fileIn(pack))).rejects.toThrow('ENOENT');
  });

  it('refuses a name that is a path', async () => {
    await expect(blobs.has('../../etc/passwd')).rejects.toThrow('names no blob');
  });

  describe('reading', () => {
    const raw = randomBytes(200);
    let name: string;
    let hash: string;
    let file: string;
    let whole: Buffer;
    beforeEach(async () => {
      ({ name, hash } = await kept(raw));
      file = await fileOf(name);
      whole = await readFile(file);
    });

    const refused = async (withKey = key, withHash = hash): Promise<void> => {
      await expect(blobs.read(name, withKey, withHash)).rejects.toThrow(BlobDamaged);
      await expect(blobs.stream(name, withKey, withHash)).rejects.toThrow(BlobDamaged);
    };

    it('detects a change of any byte', async () => {
      for (let at = 0; at < whole.length; at++) {
        const changed = Buffer.from(whole);
        changed[at]! ^= 1;
        await writeFile(file, changed);
        await refused();
      }
    });

    it.each([0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 199])(
      'detects a file cut off after %i bytes',
      async (length) => {
        await writeFile(file, whole.subarray(0, length));
        await refused();
      },
    );

    it('detects a missing file', async () => {
      await rm(file);
      await expect(blobs.read(name, key, hash)).rejects.toThrow(BlobMissing);
      await expect(blobs.stream(name, key, hash)).rejects.toThrow(BlobMissing);
    });

    it('requires the data key, the name and the hash of the blob', async () => {
      await refused(randomBytes(32));
      await refused(key, sha256(Buffer.from('another')));
      const other = newName();
      await places.put([{ ...(await placeOf(name)), name: other }]);
      await expect(blobs.read(other, key, hash)).rejects.toThrow(BlobDamaged);
    });
  });

  it('takes 100 MB without holding them in memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const held = (): number => {
      // V8 frees array buffers beside the program: the second collection waits for the frees of the first.
      collectGarbage();
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const chunk = randomBytes(1024 * 1024);
    const before = held();
    let most = 0;
    async function* large(): AsyncIterable<Buffer> {
      for (let n = 0; n < 100; n++) {
        if (n % 10 === 9) most = Math.max(most, held());
        yield chunk;
      }
    }
    const blob = await blobs.write(large());
    const name = newName();
    await blobs.keep([{ blob, name, key }]);
    const { size, content } = await blobs.stream(name, key, blob.hash);
    const hash = createHash('sha256');
    let pieces = 0;
    for await (const piece of content) {
      hash.update(piece as Buffer);
      if (++pieces % 40 === 0) most = Math.max(most, held());
    }
    expect(size).toBe(100 * 1024 * 1024);
    expect(hash.digest('hex')).toBe(blob.hash);
    expect(most - before).toBeLessThan(40 * 1024 * 1024);
    await blobs.remove([name]);
  });

  it('closes the file of a stream that is destroyed half way', async () => {
    const { name, hash } = await kept(randomBytes(3_000_000));
    const before = await lowestFreeDescriptor();
    for (let n = 0; n < 5; n++) {
      const { content } = await blobs.stream(name, key, hash);
      for await (const _ of content) break;
    }
    while ((await lowestFreeDescriptor()) > before);
  });

  it('leaves no file of a source that fails', async () => {
    async function* broken(): AsyncIterable<Buffer> {
      yield randomBytes(1_000_000);
      throw new Error('the server hung up');
    }
    await expect(blobs.write(broken())).rejects.toThrow('the server hung up');
    expect(await incoming()).toEqual([]);
  });

  it('discards a pending blob', async () => {
    await blobs.discard(await blobs.write(inPieces(Buffer.from('unwanted'), 9)));
    expect(await incoming()).toEqual([]);
  });

  it('removes leftovers older than an hour when it opens, and no file that may still be written', async () => {
    await blobs.write(inPieces(Buffer.from('old'), 9));
    const [old] = await incoming();
    const recent = await blobs.write(inPieces(Buffer.from('recent'), 9));
    const longAgo = new Date(Date.now() - 61 * 60 * 1000);
    await utimes(join(dir, 'incoming', old!), longAgo, longAgo);
    await Blobs.open(dir, pool);
    expect(await incoming()).toHaveLength(1);
    expect(await incoming()).not.toContain(old);
    await blobs.discard(recent);
  });

  describe('on a full disk', () => {
    let methods: FileHandle;
    beforeAll(async () => {
      const handle = await open(dir, 'r');
      methods = Object.getPrototypeOf(handle) as FileHandle;
      await handle.close();
    });
    const failOnce = (method: 'writeFile' | 'sync', code: string): void => {
      jest.spyOn(methods, method).mockRejectedValueOnce(Object.assign(new Error(`${code}: write`), { code }));
    };

    it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])(
      'a write fails with BlobStoreFull for %s and leaves no file',
      async (code) => {
        async function* tooLarge(): AsyncIterable<Buffer> {
          yield randomBytes(500_000);
          failOnce('writeFile', code);
          yield randomBytes(500_000);
        }
        const written = blobs.write(tooLarge());
        await expect(written).rejects.toThrow(BlobStoreFull);
        await expect(written).rejects.toThrow(`no room left for messages in ${dir} (${code}): free some space`);
        expect(await incoming()).toEqual([]);
      },
    );

    it('keeping a group fails, and then no blob of the group exists', async () => {
      const raws = Array.from({ length: 40 }, () => randomBytes(1000));
      const group = await Promise.all(
        raws.map(async (raw) => ({ blob: await blobs.write(raw), name: newName(), key })),
      );
      failOnce('sync', 'ENOSPC');
      await expect(blobs.keep(group)).rejects.toThrow(BlobStoreFull);
      for (const { name } of group) expect(await blobs.has(name)).toBe(false);
      expect(await incoming()).toEqual([]);
    });
  });

  async function lowestFreeDescriptor(): Promise<number> {
    const handle = await open(dir, 'r');
    const { fd } = handle;
    await handle.close();
    return fd;
  }
});
