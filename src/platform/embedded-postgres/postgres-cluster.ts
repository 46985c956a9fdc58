/** The files of the embedded PostgreSQL: folders, owners and first creation. */
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import {
  asRoot,
  exists,
  lastLines,
  run,
  unprivilegedAccount,
  type Account,
  type Binaries,
} from './postgres-binaries.js';

export interface Cluster {
  /** folder of this process: password, log, lock, and unfinished files */
  place: string;
  /** data folder of PostgreSQL; belongs to `account` */
  data: string;
  account: Account;
}

/** Used by root if the account cannot enter `dataDir`, such as below a home of mode 0700; `dataDir` then has a link. */
const PLACE_OF_ROOT = '/var/lib/mailroom';

/** Finds or makes the folder `postgres` in `dataDir`, without a database. */
export async function openPlace(dataDir: string): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const folder = join(dataDir, 'postgres');
  if (!(await lstat(folder).catch(() => undefined))) await makePlace(dataDir, folder);
  const place = await realpath(folder);
  const data = join(place, 'data');
  return { place, data, account: await accountFor(data) };
}

async function makePlace(dataDir: string, folder: string): Promise<void> {
  const ifMissing = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  };
  if (!asRoot) return mkdir(folder, { mode: 0o700 }).catch(ifMissing);

  const account = await unprivilegedAccount();
  const { uid, mode } = await stat(dataDir);
  if (uid === 0 && (mode & 0o077) === 0) {
    await chown(dataDir, 0, account.gid ?? 0);
    await chmod(dataDir, 0o710); // the account may pass through to its own folder, but not list this one
  }
  if ((await run('/bin/sh', ['-c', 'cd "$0"', dataDir], account)).code === 0)
    return mkdir(folder, { mode: 0o711 }).catch(ifMissing);

  await mkdir(PLACE_OF_ROOT, { recursive: true, mode: 0o711 });
  const elsewhere = await mkdtemp(join(PLACE_OF_ROOT, 'postgres-'));
  await chmod(elsewhere, 0o711);
  await symlink(elsewhere, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(elsewhere, { recursive: true });
    ifMissing(error);
  });
}

/** A database keeps its account, even if the account `postgres` is added to the system later. */
async function accountFor(data: string): Promise<Account> {
  if (!asRoot) return {};
  const owner = await stat(data).catch(() => undefined);
  return owner ? { uid: owner.uid, gid: owner.gid } : unprivilegedAccount();
}

/** Returns the password of the role `mailroom`, made once, before the database. */
export async function passwordOf({ place }: Cluster): Promise<string> {
  const file = join(place, 'password');
  if (!(await exists(file))) {
    const unfinished = join(place, `new-${randomBytes(6).toString('hex')}`);
    await writeFile(unfinished, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
    await rename(unfinished, file);
  }
  return readFile(file, 'utf8');
}

/**
 * Makes role and database `mailroom` in another folder, then renames it: the database is complete or missing. The
 * superuser has no password, so no login as superuser succeeds.
 * @throws Error with the last lines of initdb
 */
export async function createDatabase(
  cluster: Cluster,
  binaries: Binaries,
  password: string,
  durable: boolean,
): Promise<void> {
  const { place, data, account } = cluster;
  const beside = await mkdtemp(join(place, 'new-'));
  const unfinished = join(beside, 'data');
  try {
    if (account.uid !== undefined && account.gid !== undefined) await chown(beside, account.uid, account.gid);
    await step(binaries.initdb, [...INITDB, ...(durable ? [] : ['--no-sync']), '-D', unfinished], account);
    const setup = ['--single', '-D', unfinished, '-c', 'exit_on_error=true', ...(durable ? [] : ['-F']), 'postgres'];
    await step(binaries.postgres, setup, account, SETUP_SQL(password));
    await writeFile(join(unfinished, 'pg_hba.conf'), 'host all mailroom 127.0.0.1/32 scram-sha-256\n');
    await rename(unfinished, data);
    if (durable) await syncFolder(place);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

const INITDB = [
  '-U',
  'postgres',
  '-A',
  'reject',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

// One command a line. `knock` reads settings to identify the server on a port. Iterations make a guess of a password
// slow, which a password of 256 random bits does not need; each connection would compute them.
const SETUP_SQL = (password: string): string =>
  [
    'set scram_iterations = 1',
    `create role mailroom login createdb password '${password}'`,
    'grant pg_read_all_settings to mailroom',
    'create database mailroom owner mailroom\n',
  ].join('\n');

async function step(program: string, args: string[], account: Account, input?: string): Promise<void> {
  const { code, output } = await run(program, args, account, input);
  if (code !== 0) throw new Error(lastLines(output));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Removes the unfinished files of killed starts. */
export async function removeUnfinished({ place }: Cluster): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith('new-')) continue;
    // An initdb that outlived its parent may still write there: then a later start removes the folder.
    await rm(join(place, name), { recursive: true, force: true }).catch(() => {});
  }
}
