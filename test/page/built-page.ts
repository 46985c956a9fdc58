import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = process.cwd();
const BUILDS = join(ROOT, 'build-test');

/** Builds the page from changed sources, as `npm start` does. @returns its folder */
export async function builtPage(): Promise<string> {
  const folder = join(BUILDS, `page-${await hashOfSources()}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  const words = ['node_modules/vite/bin/vite.js', 'build', 'web', '--outDir', unfinished, '--logLevel', 'warn'];
  const { NODE_OPTIONS: _, ...env } = process.env;
  await promisify(execFile)(process.execPath, words, { cwd: ROOT, env: { ...env, NODE_ENV: 'production' } });
  for (const name of await readdir(BUILDS))
    if (/^page-[0-9a-f]+$/.test(name) && join(BUILDS, name) !== folder)
      await rm(join(BUILDS, name), { recursive: true, force: true });
  // Another spec may have built the same sources meanwhile.
  await rename(unfinished, folder).catch((error: Error) => {
    if (!existsSync(folder)) throw error;
  });
  await rm(unfinished, { recursive: true, force: true });
  return folder;
}

async function hashOfSources(): Promise<string> {
  const entries = await readdir(join(ROOT, 'web'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name));
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', ...files.map((file) => join(file.parentPath, file.name)).sort()])
    hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}
