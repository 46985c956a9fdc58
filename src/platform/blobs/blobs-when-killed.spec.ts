import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freshDatabase, type TestDatabase, newPool } from '../../../test/database.js';
import { BlobMissing } from './blob-format.js';
import { Blobs } from './blobs.js';

const COUNT = 6;
const key = Buffer.alloc(32, 7);
const nameOf = (n: number): string => String(n).repeat(32);
const textOf = (n: number): string => `message ${n}`.repeat(5000);

/** The preload of the crash tests. */
const KILL = ['--import', new URL('../../../test/crash/kill-at.mjs', import.meta.url).href];

/** Writes and keeps COUNT blobs in a folder, then prints a line. */
const PROGRAM = `
  import pg from '${import.meta.resolve('pg')}';
  import { Blobs } from '${new URL('./blobs.js', import.meta.url).href}';
  const pool = new pg.Pool({ connectionString: process.argv[2] });
  const blobs = await Blobs.open(process.argv[1], pool);
  const group = [];
  for (let n = 0; n < ${COUNT}; n++)
    group.push({ blob: await blobs.write(Buffer.from(('message ' + n).repeat(5000))), name: String(n).repeat(32), key: Buffer.alloc(32, 7) });
  await blobs.keep(group);
  await pool.end();
  console.log('kept');
`;

let dir: string;
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'blobs-'));
  database = await freshDatabase();
  pool = newPool(database.url);
});

afterAll(async () => {
  await rm(dir, { recursive: true });
  await pool.end();
  await database.drop();
});

beforeEach(() => pool.query('truncate blobs'));

async function run(folder: string, killAt: string): Promise<{ signal: string | null; printed: string }> {
  const child = spawn(process.execPath, [...KILL, '--input-type=module', '--eval', PROGRAM, folder, database.url], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', MAILROOM_KILL_AT: killAt },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, printed };
}

/** Counts the blobs that exist; each of them must be whole. */
async function presentIn(blobs: Blobs, hashes: readonly string[]): Promise<number> {
  const reads = hashes.map(async (hash, n) => {
    try {
      return (await blobs.read(nameOf(n), key, hash)).toString() === textOf(n);
    } catch (error) {
      if (error instanceof BlobMissing) return false;
      throw error;
    }
  });
  return (await Promise.all(reads)).filter(Boolean).length;
}

it.each(['blob.written#1', 'blob.written#4', 'blob.synced#1', 'blob.renamed#1', 'blob.placed#1'])(
  'killed at %s, all blobs of a group are whole or none exists, and the next run keeps all of them',
  async (killAt) => {
    const folder = join(dir, killAt);
    expect(await run(folder, killAt)).toEqual({ signal: 'SIGKILL', printed: '' });

    const blobs = await Blobs.open(folder, pool);
    const hashes: string[] = [];
    for (let n = 0; n < COUNT; n++) {
      const blob = await blobs.write(Buffer.from(textOf(n)));
      hashes.push(blob.hash);
      await blobs.discard(blob);
    }
    const present = await presentIn(blobs, hashes);
    expect(present).toBe(killAt.startsWith('blob.placed') ? COUNT : 0);

    expect(await run(folder, 'nowhere')).toEqual({ signal: null, printed: 'kept\n' });
    expect(await presentIn(blobs, hashes)).toBe(COUNT);
  },
);
