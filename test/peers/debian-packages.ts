import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = resolve('node_modules/.cache/peers');

/**
 * Unpacks Debian packages into a folder of their own. Debian installs only one IMAP server, because the packages of
 * IMAP servers conflict with each other; unpacked, they run side by side.
 * @returns the folder, which has the layout of `/`
 * @throws Error when a package is not to be had: a missing server fails the tests, it is never left out
 */
export async function unpacked(server: string, packages: readonly string[]): Promise<string> {
  const target = join(CACHE, server);
  if (await stat(target).catch(() => null)) return target;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, `${server}-`));
  try {
    const download = () => run('apt-get', ['download', ...packages], { cwd: work });
    // A fresh container has no lists of packages.
    const again = async (): Promise<void> => {
      await run('apt-get', ['update', '-q']);
      await download();
    };
    await download()
      .catch(again)
      .catch((error: Error) => {
        throw new Error(`${server} is missing, and apt-get does not give it. Run this on Debian. ${error.message}`);
      });
    const files = (await readdir(work)).filter((name) => name.endsWith('.deb'));
    for (const file of files) await run('dpkg-deb', ['-x', file, 'root'], { cwd: work });
    await rename(join(work, 'root'), target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

/** LD_LIBRARY_PATH for programs of an unpacked package. */
export const libraryPath = (root: string): string =>
  ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'lib/x86_64-linux-gnu', 'lib/aarch64-linux-gnu', 'usr/lib']
    .map((folder) => join(root, folder))
    .join(':');
