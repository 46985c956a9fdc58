import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { currentBuild } from './build.mjs';

/** `node scripts/run.mjs [<program of the build> [words]]` builds changed sources, and runs the program. */
await import('./require-node.mjs');
const [program, ...words] = process.argv.slice(2);
const build = await currentBuild().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
if (program !== undefined) {
  const file = join(build, program);
  process.argv = [process.execPath, file, ...words];
  await import(pathToFileURL(file).href);
}
