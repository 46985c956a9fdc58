import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const SETTINGS = ['package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
const SOURCES = ['src', 'projections', 'demo', 'scripts', 'test/mail-server', 'web'];

/**
 * Each build is a folder `dist/<hash of its sources>` and never changes, so that a running process finds its files.
 * Equal sources are built once. An image has no sources: `dist` itself is its build.
 * @returns the folder of the build; this process uses it until it ends
 */
export async function currentBuild() {
  if (!existsSync(join(ROOT, 'tsconfig.build.json'))) return DIST;
  for (;;) {
    const hash = await hashOfSources();
    const folder = join(DIST, hash);
    await use(hash);
    if (existsSync(folder)) return folder;
    const unfinished = join(DIST, `${hash}.unfinished.${process.pid}`);
    try {
      await compile(unfinished);
      // A change of the sources during the build needs another build.
      if ((await hashOfSources()) !== hash) continue;
      // Another process may have finished the same build.
      await rename(unfinished, folder).catch((error) => {
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    await removeUnused();
    return folder;
  }
}

async function hashOfSources() {
  const entries = await Promise.all(
    SOURCES.map((folder) => readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })),
  );
  const files = entries.flat().filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name));
  const paths = [...SETTINGS.map((name) => join(ROOT, name)), ...files.map((file) => join(file.parentPath, file.name))];
  const hash = createHash('sha256');
  for (const path of paths.sort((a, b) => (a < b ? -1 : 1)))
    hash
      .update(`${path.slice(ROOT.length)}\0`)
      .update(await readFile(path))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function compile(outDir) {
  const nest = tool('@nestjs/cli/bin/nest.js');
  const vite = join(dirname(tool('vite/package.json')), 'bin/vite.js');
  process.stderr.write('Building Mailroom from changed sources …\n');
  await mkdir(outDir, { recursive: true });
  const settings = join(outDir, 'tsconfig.json');
  await writeFile(settings, JSON.stringify({ extends: '../../tsconfig.build.json', compilerOptions: { outDir: '.' } }));
  // One after the other: a small machine has memory for one of them.
  await run(nest, 'build', '--path', relative(ROOT, settings));
  await run(vite, 'build', 'web', '--outDir', join(outDir, 'page'), '--logLevel', 'warn');
}

async function run(...words) {
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The build failed. Correct the errors above.');
}

function tool(path) {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    throw new Error('These sources are not built, and the compiler is not installed. Run npm ci.');
  }
}

/** Marks the build as used by this process. Without the right to write below `dist`, the operator guards the build. */
async function use(hash) {
  const mark = join(DIST, `${hash}.used.${process.pid}`);
  await mkdir(DIST, { recursive: true })
    .then(() => writeFile(mark, ''))
    .catch(() => undefined);
  process.once('exit', () => rmSync(mark, { force: true }));
}

/** Removes builds that no living process uses, and the rest of processes that ended early. */
async function removeUnused() {
  const names = (await readdir(DIST)).filter((name) => /^[0-9a-f]{16}(\.|$)/.test(name));
  const marks = names.filter((name) => name.includes('.'));
  const dead = marks.filter((name) => !isAlive(Number(name.split('.').at(-1))));
  const used = new Set(marks.filter((name) => !dead.includes(name)).map((name) => name.split('.')[0]));
  const unused = names.filter((name) => !name.includes('.') && !used.has(name));
  const renamed = await Promise.all(unused.map(renameToRemove));
  await Promise.all([...dead, ...renamed].map((name) => rm(join(DIST, name), { recursive: true, force: true })));
}

/** A removal that is cut off leaves no half of a build under its name. */
async function renameToRemove(name) {
  const removed = `${name}.removed.${process.pid}`;
  // Another process may have removed it.
  await rename(join(DIST, name), join(DIST, removed)).catch(() => undefined);
  return removed;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
