import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Logger, pino } from 'pino';
import { freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { until } from '../../../test/letters.js';
import { Locks } from '../database/locks.js';
import { BlobPlaces } from './blob-places.js';
import { Blobs } from './blobs.js';
import { PackContents } from './pack-contents.js';
import { PackFolder } from './pack-folder.js';
import { PackSweep } from './pack-sweep.js';
import { PackSweeper } from './pack-sweeper.js';

const SIZE = 20_000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

interface Kept {
  name: string;
  hash: string;
  raw: Buffer;
}

describe('a sweep of packs', () => {
  const key = randomBytes(32);
  let database: TestDatabase;
  let pool: pg.Pool;
  let places: BlobPlaces;
  let locks: Locks;
  let dir: string;
  let blobs: Blobs;
  let logged: { level: number; msg: string; packs?: number; bytes?: number }[];
  let logger: Logger;

  beforeAll(async () => {
    database = await freshDatabase();
    pool = newPool(database.url);
    places = new BlobPlaces(pool);
    locks = new Locks(database.url);
  });
  beforeEach(async () => {
    await pool.query('truncate blobs, retired_blobs, pack_sweeps');
    dir = await mkdtemp(join(tmpdir(), 'packs-'));
    blobs = await Blobs.open(dir, pool);
    logged = [];
    logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(dir, { recursive: true });
  });
  afterAll(async () => {
    await locks.close();
    await pool.end();
    await database.drop();
  });

  const sweeper = (settings = {}): PackSweeper =>
    new PackSweeper(blobs, pool, locks, logger, { orphanAgeMs: 0, rest: 0, ...settings });
  const sweep = (settings = {}): Promise<void> => sweeper(settings).sweep();

  async function keep(count: number, size = SIZE): Promise<Kept[]> {
    const raws = Array.from({ length: count }, () => randomBytes(size));
    const group = await Promise.all(
      raws.map(async (raw) => ({ blob: await blobs.write(raw), name: randomBytes(16).toString('hex'), key, raw })),
    );
    await blobs.keep(group);
    return group.map(({ name, blob, raw }) => ({ name, hash: blob.hash, raw }));
  }
  const remove = (some: readonly Kept[]): Promise<void> => blobs.remove(some.map(({ name }) => name));
  const packOf = async ({ name }: Kept): Promise<string> => (await places.find([name])).get(name)!.pack;
  const fileOf = (pack: string): string => join(dir, pack[0]!, pack);
  async function packs(): Promise<string[]> {
    const shelves = await Promise.all(Array.from('0123456789abcdef', (shelf) => readdir(join(dir, shelf))));
    return shelves.flat();
  }
  async function bytesOnDisk(): Promise<number> {
    const files = await Promise.all((await packs()).map((pack) => stat(fileOf(pack))));
    return files.reduce((sum, { size }) => sum + size, 0);
  }
  async function areWhole(some: readonly Kept[]): Promise<boolean> {
    const read = await Promise.all(
      some.map(async ({ name, hash, raw }) => raw.equals(await blobs.read(name, key, hash))),
    );
    return read.every(Boolean);
  }
  async function orphan(modifiedMs: number, name: string = randomUUID()): Promise<string> {
    await writeFile(fileOf(name), 'bytes without rows');
    await utimes(fileOf(name), new Date(modifiedMs), new Date(modifiedMs));
    return name;
  }

  it('copies the blobs of thin packs into one new pack, and the old packs are deleted later', async () => {
    const groups = [await keep(10), await keep(10), await keep(10)];
    const left = groups.flatMap((group) => group.slice(0, 3));
    for (const group of groups) await remove(group.slice(3));
    const before = await bytesOnDisk();

    await sweep({ orphanAgeMs: WEEK_MS });
    expect(await areWhole(left)).toBe(true);
    expect(new Set(await Promise.all(left.map(packOf))).size).toBe(1);
    expect(await packs()).toHaveLength(4);

    await sweep();
    expect(await areWhole(left)).toBe(true);
    expect(await packs()).toHaveLength(1);
    expect(await bytesOnDisk()).toBeLessThan(before / 3);
    expect(logged).toMatchObject([
      { packs: 3, before, after: await bytesOnDisk() },
      { packs: 3, bytes: before, msg: expect.stringContaining('gave back space') },
    ]);
    expect((await pool.query('select from retired_blobs')).rowCount).toBe(0);
  });

  it('keeps an old pack for a week after compaction, although the pack was written long ago', async () => {
    const group = await keep(10);
    const pack = await packOf(group[0]!);
    await sweep();
    await pool.query(`update pack_sweeps set since = now() - interval '8 days'`);
    await remove(group.slice(1));
    await utimes(fileOf(pack), 1, 1);
    for (let n = 0; n < 2; n++) await sweep({ orphanAgeMs: WEEK_MS });
    expect((await packs()).sort()).toEqual([pack, await packOf(group[0]!)].sort());
  });

  it('fills several new packs of 8 MiB', async () => {
    const groups = await Promise.all([1, 2, 3, 4].map(() => keep(9, 1024 * 1024)));
    const left = groups.flatMap((group) => group.slice(0, 4));
    for (const group of groups) await remove(group.slice(4));
    await sweep();
    await sweep();
    expect(await areWhole(left)).toBe(true);
    expect(await packs()).toHaveLength(2);
  });

  it('leaves a pack of which half is named', async () => {
    const group = await keep(10);
    await remove(group.slice(5));
    await sweep();
    await sweep();
    expect(await areWhole(group.slice(0, 5))).toBe(true);
    expect(await bytesOnDisk()).toBeGreaterThan(10 * SIZE);
    expect(logged).toEqual([]);
  });

  it('leaves a pack that is too short for its rows, and compacts the others', async () => {
    const [cut, other] = [await keep(10), await keep(10)];
    const cutPack = await packOf(cut[9]!);
    await remove(cut.slice(0, 9));
    await remove(other.slice(0, 9));
    await truncate(fileOf(cutPack), 9.5 * SIZE);
    await sweep();
    expect(await packOf(cut[9]!)).toBe(cutPack);
    expect(await areWhole(other.slice(9))).toBe(true);
    expect(logged).toMatchObject([{ packs: 1 }]);
  });

  it('does not compact when the copies would take more than a quarter of the free space', async () => {
    const group = await keep(10);
    await remove(group.slice(1));
    const free = jest.spyOn(PackFolder.prototype, 'freeBytes').mockResolvedValue(3 * SIZE);
    await sweep();
    expect(logged).toEqual([]);
    free.mockResolvedValue(5 * SIZE);
    await sweep();
    expect(logged).toMatchObject([{ packs: 1 }]);
  });

  it('deletes packs without rows that are old enough, and nothing else', async () => {
    await sweep();
    await pool.query(`update pack_sweeps set since = now() - interval '8 days'`);
    const [kept] = (await keep(1)) as [Kept];
    await utimes(fileOf(await packOf(kept)), 1, 1);
    await orphan(Date.now() - 2 * WEEK_MS);
    const young = await orphan(Date.now() - WEEK_MS / 2);
    const foreign = await orphan(0, '0-no-pack');

    await sweep({ orphanAgeMs: WEEK_MS });
    expect((await packs()).sort()).toEqual([await packOf(kept), young, foreign].sort());
    expect(await areWhole([kept])).toBe(true);
    expect(logged).toMatchObject([{ packs: 1, bytes: 18 }]);
  });

  it.each([
    ['database', () => pool.query(`update pack_sweeps set mark = 'of an older database'`)],
    ['folder', () => rm(join(dir, 'sweep-mark'))],
  ])('keeps orphaned packs for a week after the %s was restored', async (_, restore) => {
    const pack = await orphan(0);
    const since = `now() - interval '8 days'`;
    await sweep({ orphanAgeMs: WEEK_MS });
    expect(await packs()).toEqual([pack]);
    expect(logged).toEqual([]);

    await pool.query(`update pack_sweeps set since = ${since}`);
    await restore();
    await sweep({ orphanAgeMs: WEEK_MS });
    expect(await packs()).toEqual([pack]);
    expect(logged).toMatchObject([{ level: 40, msg: expect.stringContaining('restored or replaced') }]);

    await pool.query(`update pack_sweeps set since = ${since}`);
    await sweep({ orphanAgeMs: WEEK_MS });
    expect(await packs()).toEqual([]);
  });

  it('keeps orphaned packs beside another database than the one of the last sweep', async () => {
    await sweep();
    await pool.query('truncate pack_sweeps');
    const pack = await orphan(0);
    await sweep({ orphanAgeMs: WEEK_MS });
    expect(await packs()).toEqual([pack]);
    expect(logged).toMatchObject([{ level: 40 }]);
  });

  it('waits for a writer of rows before it deletes an orphaned pack', async () => {
    const pack = await orphan(0);
    const writer = await pool.connect();
    await writer.query('begin');
    await writer.query(`insert into blobs values ('${'0'.repeat(32)}', '${pack}', 0, 18)`);
    const swept = sweep();
    await until(async () => {
      const { rowCount } = await pool.query(
        `select from pg_locks where mode = 'ShareLock' and relation = 'blobs'::regclass and not granted`,
      );
      return rowCount! > 0;
    });
    await writer.query('commit');
    writer.release();
    await swept;
    expect(await packs()).toEqual([pack]);
  });

  it('refuses the rows of a pack that was deleted; storing the message again succeeds', async () => {
    const raw = randomBytes(SIZE);
    const name = randomBytes(16).toString('hex');
    jest.spyOn(PackFolder.prototype, 'syncShelvesOf').mockImplementationOnce(async () => sweep());
    const blob = await blobs.write(raw);
    await expect(blobs.keep([{ blob, name, key }])).rejects.toThrow('store them again');
    expect(await blobs.has(name)).toBe(false);
    await blobs.keep([{ blob, name, key }]);
    expect(await areWhole([{ name, hash: blob.hash, raw }])).toBe(true);
  });

  it('takes no new pack for an orphaned one while blobs are copied', async () => {
    const group = await keep(10);
    await remove(group.slice(1));
    const contents = new PackContents(pool);
    jest.spyOn(PackFolder.prototype, 'touch').mockImplementationOnce(async () => {
      await expect(contents.whileUnnamed(await packs(), () => Promise.resolve())).rejects.toThrow('lock timeout');
    });
    await sweep();
    expect(await areWhole(group.slice(0, 1))).toBe(true);
    expect(logged).toMatchObject([{ packs: 1 }]);
  });

  it('loses no blob when two sweeps compact the same packs at once', async () => {
    const group = await keep(10);
    const pack = await packOf(group[0]!);
    await remove(group.slice(2));
    const passes = [1, 2].map(
      () => new PackSweep(blobs.folder, new PackContents(pool), 0, new AbortController().signal),
    );
    await Promise.all(passes.map((pass) => pass.some([pack])));
    expect(passes.reduce((sum, { done }) => sum + done.compacted.packs, 0)).toBe(1);
    expect(await areWhole(group.slice(0, 2))).toBe(true);
    expect(await packs()).toHaveLength(2);
  });

  describe('with a reader', () => {
    it('that has the place in a deleted pack: the reader asks for the place once more', async () => {
      const group = await keep(10);
      const [one] = group as [Kept];
      const stale = await places.find([one.name]);
      await remove(group.slice(1));
      await sweep();
      await sweep();
      const find = jest.spyOn(BlobPlaces.prototype, 'find');

      find.mockResolvedValueOnce(stale);
      expect(await areWhole([one])).toBe(true);
      find.mockResolvedValueOnce(stale);
      const { content } = await blobs.stream(one.name, key, one.hash);
      expect(Buffer.concat(await content.toArray()).equals(one.raw)).toBe(true);
      find.mockResolvedValueOnce(stale);
      await blobs.keep([{ blob: await blobs.write(one.raw), name: one.name, key }]);
      expect(await packs()).toHaveLength(1);

      find.mockResolvedValueOnce(stale).mockResolvedValueOnce(stale);
      await expect(blobs.read(one.name, key, one.hash)).rejects.toThrow('missing');
    });

    it('that streams from an old pack: the stream goes on after the pack was deleted', async () => {
      const group = await keep(10, 1024 * 1024);
      const [one] = group as [Kept];
      await remove(group.slice(1));
      const { content } = await blobs.stream(one.name, key, one.hash);
      const oldPack = await packOf(one);
      await sweep();
      await sweep();
      expect(await packs()).not.toContain(oldPack);
      expect(Buffer.concat(await content.toArray()).equals(one.raw)).toBe(true);
    });

    it('that reads all the time, while blobs are stored, removed and moved', async () => {
      const left: Kept[] = [];
      let done = false;
      const reading = (async () => {
        while (!done) {
          expect(await areWhole(left.slice(-20))).toBe(true);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      for (let n = 0; n < 20; n++) {
        const group = await keep(8, 2000);
        left.push(group[0]!, group[1]!);
        await Promise.all([sweep(), remove(group.slice(2))]);
      }
      await sweep();
      await sweep();
      done = true;
      await reading;
      expect(await areWhole(left)).toBe(true);
      expect(await bytesOnDisk()).toBeLessThan(2 * 2200 * left.length);
    });
  });

  describe('with the removal of a blob', () => {
    const isZero = (bytes: Buffer): boolean => bytes.equals(Buffer.alloc(bytes.length));

    it('that was moved before: the copy in the old pack is overwritten too', async () => {
      const group = await keep(10);
      const [one, other] = group as [Kept, Kept];
      const oldPack = await packOf(one);
      await remove(group.slice(2));
      await sweep({ orphanAgeMs: WEEK_MS });
      const newPack = await packOf(one);
      expect(newPack).not.toBe(oldPack);

      await remove([one]);
      const [oldBytes, newBytes] = [await readFile(fileOf(oldPack)), await readFile(fileOf(newPack))];
      expect(isZero(oldBytes.subarray(0, oldBytes.length / 10))).toBe(true);
      expect(isZero(newBytes.subarray(0, newBytes.length / 2)) !== isZero(newBytes.subarray(newBytes.length / 2))).toBe(
        true,
      );
      expect(await areWhole([other])).toBe(true);

      await remove([other]);
      expect(await packs()).toEqual([]);
    });

    it('that is being copied: the copy is overwritten and loses its row', async () => {
      const group = await keep(10);
      const [one, other] = group as [Kept, Kept];
      await remove(group.slice(2));
      let removing: Promise<void> | undefined;
      const touch = jest.spyOn(PackFolder.prototype, 'touch');
      touch.mockImplementationOnce(async () => {
        removing = remove([one]);
        await until(async () => {
          const { rowCount } = await pool.query('select from pg_locks where not granted');
          return rowCount! > 0;
        });
      });
      await sweep({ orphanAgeMs: WEEK_MS });
      await removing;
      expect(await blobs.has(one.name)).toBe(false);
      expect(await areWhole([other])).toBe(true);
      for (const pack of await packs()) {
        const bytes = await readFile(fileOf(pack));
        const blobSize = (await places.find([other.name])).get(other.name)!.size;
        const named = Array.from({ length: bytes.length / blobSize }, (_, n) =>
          bytes.subarray(n * blobSize, (n + 1) * blobSize),
        ).filter((blob) => !isZero(blob));
        expect(named).toHaveLength(1);
      }
    });
  });

  describe('in the background', () => {
    it('follows each removal and the start, and ends with stop', async () => {
      const group = await keep(10);
      const pack = await packOf(group[0]!);
      const background = sweeper({ orphanAgeMs: WEEK_MS, lookEveryMs: 5, firstSweepMs: 200 });
      background.start();
      await remove(group.slice(1));
      await until(async () => (await packOf(group[0]!)) !== pack);
      await until(async () => (await pool.query('select from pack_sweeps where ended_at is not null')).rowCount === 1);
      await background.stop();

      const moved = await packOf(group[0]!);
      const more = await keep(10);
      await remove(more.slice(1));
      expect(await packOf(more[0]!)).toBeDefined();
      expect(await packOf(group[0]!)).toBe(moved);
    });

    it('sweeps once a day, whichever process it is', async () => {
      await sweep();
      const marked = await readFile(join(dir, 'sweep-mark'), 'utf8');
      const background = sweeper({ lookEveryMs: 5, firstSweepMs: 0, dueEveryMs: 10 });
      background.start();
      const query = jest.spyOn(pool, 'query');
      await until(() => Promise.resolve(query.mock.calls.length > 5));
      expect(await readFile(join(dir, 'sweep-mark'), 'utf8')).toBe(marked);
      await pool.query(`update pack_sweeps set ended_at = ended_at - interval '25 hours'`);
      await until(async () => (await readFile(join(dir, 'sweep-mark'), 'utf8')) !== marked);
      await background.stop();
    });

    it('ends at once while it waits for the table', async () => {
      const pack = await orphan(0);
      const writer = await pool.connect();
      await writer.query('begin');
      await writer.query('lock table blobs in row exclusive mode');
      const background = sweeper({ lookEveryMs: 5, firstSweepMs: 0 });
      background.start();
      await until(async () => (await pool.query('select from pg_locks where not granted')).rowCount! > 0);
      const began = performance.now();
      await background.stop();
      expect(performance.now() - began).toBeLessThan(2000);
      await writer.query('rollback');
      writer.release();
      expect(await packs()).toEqual([pack]);
      expect(logged).toEqual([]);
    });

    it('leaves the work to one process at a time', async () => {
      const group = await keep(10);
      await remove(group.slice(1));
      const elsewhere = new Locks(database.url);
      const lock = await elsewhere.tryAcquire('sweep of message packs');
      await sweep();
      expect(logged).toEqual([]);
      await lock!.release();
      await elsewhere.close();
      await sweep();
      expect(logged).toMatchObject([{ packs: 1 }]);
    });

    it('goes on after a failure, which it logs', async () => {
      jest.spyOn(PackFolder.prototype, 'packs').mockImplementationOnce(() => {
        throw new Error('EIO: i/o error');
      });
      const background = sweeper({ lookEveryMs: 5, firstSweepMs: 0, dueEveryMs: 10 });
      background.start();
      await until(async () => (await pool.query('select from pack_sweeps where ended_at is not null')).rowCount === 1);
      await background.stop();
      expect(logged).toMatchObject([{ level: 40, err: { message: 'EIO: i/o error' } }]);
    });
  });
});
