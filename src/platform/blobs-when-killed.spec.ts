import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { transformFile } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BlobMissing } from './blob-format.js';
import { Blobs } from './blobs.js';

const COUNT = 6;
const key = Buffer.alloc(32, 7);
const nameOf = (n: number): string => String(n).repeat(32);
const textOf = (n: number): string => `message ${n}`.repeat(5000);

/** Writes and keeps COUNT blobs in the folder it is told, then says so. */
const PROGRAM = `
  import { Blobs } from './blobs.js';
  const blobs = await Blobs.open(process.argv[2]);
  const group = [];
  for (let n = 0; n < ${COUNT}; n++)
    group.push({ blob: await blobs.write(Buffer.from(('message ' + n).repeat(5000))), name: String(n).repeat(32), key: Buffer.alloc(32, 7) });
  await blobs.keep(group);
  console.log('kept');
`;

const program = resolve('node_modules/.cache', `mailroom-blobs-${process.pid}`);
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'blobs-'));
  await mkdir(program, { recursive: true });
  for (const name of ['blobs', 'blob-file', 'blob-format', 'kill-points', 'sealing']) {
    const { code } = await transformFile(resolve('src/platform', `${name}.ts`), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    await writeFile(join(program, `${name}.js`), code);
  }
  await writeFile(join(program, 'package.json'), '{ "type": "module" }');
  await writeFile(join(program, 'program.js'), PROGRAM);
});

afterAll(async () => {
  await rm(program, { recursive: true });
  await rm(dir, { recursive: true });
});

async function run(folder: string, killAt: string): Promise<{ signal: string | null; said: string }> {
  const child = spawn(process.execPath, [join(program, 'program.js'), folder], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', MAILROOM_KILL_AT: killAt },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, said };
}

/** How many are there; each of these must be whole. */
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

it.each(['blob.written#1', 'blob.written#4', 'blob.synced#1', 'blob.synced#6', 'blob.renamed#1', 'blob.renamed#6'])(
  'killed at %s, a name holds a whole blob or none, and the next run ends with all of them',
  async (killAt) => {
    const folder = join(dir, killAt);
    expect(await run(folder, killAt)).toEqual({ signal: 'SIGKILL', said: '' });

    const blobs = await Blobs.open(folder);
    const hashes: string[] = [];
    for (let n = 0; n < COUNT; n++) {
      const blob = await blobs.write(Buffer.from(textOf(n)));
      hashes.push(blob.hash);
      await blobs.discard(blob);
    }
    const present = await presentIn(blobs, hashes);
    if (killAt.startsWith('blob.written')) expect(present).toBe(0);
    if (killAt === 'blob.renamed#6') expect(present).toBe(COUNT);

    expect(await run(folder, 'nowhere')).toEqual({ signal: null, said: 'kept\n' });
    expect(await presentIn(blobs, hashes)).toBe(COUNT);
  },
);
