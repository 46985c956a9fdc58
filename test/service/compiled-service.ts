import { type Options, transformFile } from '@swc/core';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** As jest's transform has it: Nest asks for the decorators' metadata. */
const OPTIONS: Options = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/** The service as JavaScript that Node runs by itself: what the sources say now, whatever is edited during a long run. */
export interface CompiledService {
  /** path of main.js */
  main: string;
  remove(): Promise<void>;
}

/** Below node_modules, so that packages are found. */
export async function compileService(): Promise<CompiledService> {
  const folder = join(ROOT, 'node_modules/.cache', `mailroom-service-${process.pid}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const part of ['src', 'projections']) {
    for (const entry of await readdir(join(ROOT, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.spec.ts')) continue;
      const source = join(entry.parentPath, entry.name);
      const target = join(folder, relative(ROOT, source)).replace(/\.ts$/, '.js');
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, (await transformFile(source, OPTIONS)).code);
    }
  }
  return { main: join(folder, 'src/main.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}
