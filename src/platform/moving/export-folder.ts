import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Position } from '../log/event-store.js';

const FORMAT = 1;
const CHUNK_BYTES = 1024 * 1024;
const MANIFEST = 'manifest.json';
const FILE = /^(manifest\.json\.part|[a-z_]+\.ndjson)$/;

/** Name of the file with all facts; every other file has the rows of the table with its name. */
export const FACTS = 'facts';

interface Content {
  lines: number;
  sha256: string;
  /** of the table; none for facts */
  columns: string[];
}

export interface Manifest {
  format: number;
  /** UUID of this export */
  id: string;
  /** position of the last fact in the exported log */
  head: Position;
  /** checkpoints of sagas by name, in positions of the exported log */
  checkpoints: Record<string, Position>;
  /** by name, without `.ndjson` */
  files: Record<string, Content>;
}

/** A problem that only the operator can solve. Its message is one line: the problem, then the remedy. */
export class MoveProblem extends Error {}

const pathOf = (folder: string, name: string): string => join(folder, `${name}.ndjson`);

/** Makes the folder, for its owner alone. @throws MoveProblem if it holds anything but an unfinished export */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).some((name) => !FILE.test(name)))
    throw new MoveProblem(`${folder} is not empty. Name a new folder for the export.`);
  await chmod(folder, 0o700);
}

/** Writes a file of lines at the pace of the disk. */
export async function writeLines(
  folder: string,
  name: string,
  lines: AsyncIterable<string>,
  columns: string[] = [],
): Promise<Content> {
  const hash = createHash('sha256');
  const content = { lines: 0, sha256: '', columns };
  async function* hashed(): AsyncGenerator<string> {
    for await (const line of lines) {
      const text = `${line}\n`;
      hash.update(text);
      content.lines++;
      yield text;
    }
  }
  await pipeline(hashed, createWriteStream(pathOf(folder, name), { mode: 0o600, flush: true }));
  return { ...content, sha256: hash.digest('hex') };
}

/** The manifest is the last file: an export without one is unfinished. */
export async function writeManifest(folder: string, manifest: Omit<Manifest, 'format'>): Promise<void> {
  const part = join(folder, `${MANIFEST}.part`);
  const file = await open(part, 'w', 0o600);
  await file.writeFile(`${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`);
  await file.sync();
  await file.close();
  await rename(part, join(folder, MANIFEST));
}

/** @throws MoveProblem if the export is unfinished, of another format, or changed */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new MoveProblem(`${folder} holds no finished export. Run npm run export again.`);
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== FORMAT)
    throw new MoveProblem(`${folder} has format ${manifest.format}. Import it with the release that exported it.`);
  for (const [name, expected] of Object.entries(manifest.files)) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(pathOf(folder, name)), hash);
    if (hash.digest('hex') !== expected.sha256)
      throw new MoveProblem(`${pathOf(folder, name)} is damaged: its SHA-256 differs. Copy or export it again.`);
  }
  return manifest;
}

/** Lines end with `\n` alone: readline would also split at U+2028, which JSON leaves as it is. */
export async function* readLines(folder: string, name: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(pathOf(folder, name), { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

/** Groups of at most `size` elements. */
export async function* inGroups<T>(elements: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const element of elements) {
    group.push(element);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
