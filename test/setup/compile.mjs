/** Compiles every TypeScript file into build-test/, so that jest, service processes and threads run plain JavaScript. */
import { transformFile } from '@swc/core';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const FOLDERS = ['src', 'projections', 'demo', 'scripts', 'test'];
export const TARGET = 'build-test';

/** Nest needs the metadata of decorators. */
const OPTIONS = {
  swcrc: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** Only changed files are compiled; outputs without a source are deleted. */
export async function compileTests() {
  const sources = (await Promise.all(FOLDERS.map(filesBelow))).flat();
  const wanted = new Set();
  await Promise.all(
    sources.map(async (source) => {
      const target = join(TARGET, source.replace(/\.ts$/, '.js'));
      wanted.add(target);
      if (!(await isNewer(source, target))) return;
      await mkdir(dirname(target), { recursive: true });
      if (source.endsWith('.ts')) await writeFile(target, (await transformFile(source, OPTIONS)).code);
      else await copyFile(source, target);
    }),
  );
  const written = (await Promise.all(FOLDERS.map((folder) => filesBelow(join(TARGET, folder))))).flat();
  await Promise.all(written.map((file) => (wanted.has(file) ? undefined : rm(file))));
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function isNewer(source, target) {
  const [a, b] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  return b === undefined || a.mtimeMs > b.mtimeMs;
}
