import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type KillPoint, SWEEP_KILL_POINTS } from '../../../test/crash/kill-points.js';
import { freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { Blobs } from './blobs.js';

const COUNT = 20;
const LEFT = 3;
const key = Buffer.alloc(32, 7);
const nameOf = (n: number): string => String(n).padStart(32, '0');
const textOf = (n: number): Buffer => Buffer.from(`message ${n}`.repeat(2000));
const ORPHAN = '0a000000-0000-4000-8000-000000000000';

/** The preload of the crash tests. */
const KILL = ['--import', new URL('../../../test/crash/kill-at.mjs', import.meta.url).href];

/** Removes most blobs, compacts the pack that is thin then, and deletes orphaned packs. */
const PROGRAM = `
  import pg from '${import.meta.resolve('pg')}';
  import { pino } from '${import.meta.resolve('pino')}';
  import { Locks } from '${new URL('../database/locks.js', import.meta.url).href}';
  import { Blobs } from '${new URL('./blobs.js', import.meta.url).href}';
  import { PackSweeper } from '${new URL('./pack-sweeper.js', import.meta.url).href}';
  const [, folder, url, names] = process.argv;
  const pool = new pg.Pool({ connectionString: url });
  const locks = new Locks(url);
  const blobs = await Blobs.open(folder, pool);
  await blobs.remove(names.split(','));
  const sweeper = new PackSweeper(blobs, pool, locks, pino({ level: 'silent' }), { orphanAgeMs: 0, rest: 0 });
  for (let n = 0; n < 2; n++) await sweeper.sweep();
  await locks.close();
  await pool.end();
  console.log('swept');
`;

let dir: string;
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'packs-'));
  database = await freshDatabase();
  pool = newPool(database.url);
});

afterAll(async () => {
  await rm(dir, { recursive: true });
  await pool.end();
  await database.drop();
});

beforeEach(() => pool.query('truncate blobs, retired_blobs, pack_sweeps'));

async function run(folder: string, killAt: KillPoint | 'nowhere'): Promise<{ signal: string | null; printed: string }> {
  const removed = Array.from({ length: COUNT - LEFT }, (_, n) => nameOf(LEFT + n)).join(',');
  const args = [...KILL, '--input-type=module', '--eval', PROGRAM, folder, database.url, removed];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', MAILROOM_KILL_AT: killAt },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, printed };
}

async function packsIn(folder: string): Promise<string[]> {
  const shelves = await Promise.all(Array.from('0123456789abcdef', (shelf) => readdir(join(folder, shelf))));
  return shelves.flat();
}

it.each(SWEEP_KILL_POINTS)(
  'killed at %s, every blob that was not removed is whole, and the next sweeps give back all space',
  async (killAt) => {
    const folder = join(dir, killAt);
    const blobs = await Blobs.open(folder, pool);
    const group = await Promise.all(
      Array.from({ length: COUNT }, async (_, n) => ({ blob: await blobs.write(textOf(n)), name: nameOf(n), key })),
    );
    await blobs.keep(group);
    await writeFile(join(folder, '0', ORPHAN), 'bytes without rows');
    await utimes(join(folder, '0', ORPHAN), 1, 1);
    const leftAreWhole = async (): Promise<void> => {
      for (let n = 0; n < LEFT; n++) {
        const hash = createHash('sha256').update(textOf(n)).digest('hex');
        expect((await blobs.read(nameOf(n), key, hash)).equals(textOf(n))).toBe(true);
      }
    };

    expect(await run(folder, killAt)).toEqual({ signal: 'SIGKILL', printed: '' });
    await leftAreWhole();

    expect(await run(folder, 'nowhere')).toEqual({ signal: null, printed: 'swept\n' });
    await leftAreWhole();
    for (let n = LEFT; n < COUNT; n++) expect(await blobs.has(nameOf(n))).toBe(false);
    const [pack, ...more] = await packsIn(folder);
    expect(more).toEqual([]);
    expect((await stat(join(folder, pack![0]!, pack!))).size).toBeLessThan((LEFT + 0.5) * textOf(10).length);
    expect((await pool.query('select from retired_blobs')).rowCount).toBe(0);

    const incoming = await readdir(join(folder, 'incoming'));
    expect(incoming).toHaveLength(killAt === 'compaction.copied' ? 1 : 0);
    for (const file of incoming) await utimes(join(folder, 'incoming', file), 1, 1);
    await run(folder, 'nowhere');
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  },
);
