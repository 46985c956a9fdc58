import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { START } from '../log/event-store.js';
import { makeFolder, readLines, readManifest, writeLines, writeManifest } from './export-folder.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'mailroom-export-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const LINES = ['{"a":"one\u2028two\u2029three\\r"}', `{"long":"${'ü'.repeat(2 ** 20)}"}`, '{}'];

async function* given(): AsyncGenerator<string> {
  yield* LINES;
}

async function write(): Promise<void> {
  const facts = await writeLines(folder, 'facts', given());
  await writeManifest(folder, { id: randomUUID(), head: START, checkpoints: {}, files: { facts } });
}

it('reads the lines that it wrote, at any length and with any separator of Unicode', async () => {
  await write();
  expect((await readManifest(folder)).files.facts).toMatchObject({ lines: 3 });
  expect(await Array.fromAsync(readLines(folder, 'facts'))).toEqual(LINES);
});

it('refuses an export without an end, and one with a changed file', async () => {
  await expect(readManifest(folder)).rejects.toThrow('holds no finished export');
  await write();
  await appendFile(join(folder, 'facts.ndjson'), '\n');
  await expect(readManifest(folder)).rejects.toThrow('facts.ndjson is damaged');
});

it('begins an unfinished export anew, and touches no other folder', async () => {
  await writeLines(folder, 'facts', given());
  await makeFolder(folder);
  await write();
  await expect(makeFolder(folder)).rejects.toThrow('is not empty');
  await rm(join(folder, 'manifest.json'));
  await writeFile(join(folder, 'letter.txt'), '');
  await expect(makeFolder(folder)).rejects.toThrow('is not empty');
});
