import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../../src/platform/embedded-postgres/postgres-server.js';
import { emptyDatabase, nameOf } from '../database.js';
import { fillTemplate } from './template-database.js';

const runProgram = promisify(execFile);
const PREFIX = 'mailroom-test-';

/**
 * Before the first suite: installs Dovecot where it is missing, starts PostgreSQL unless TEST_DATABASE_URL is set, and
 * makes the template database.
 */
export default async function startServers(): Promise<void> {
  await requireDovecot();
  const cleanUps: (() => Promise<unknown>)[] = [];
  globalThis.stopTestServers = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void globalThis.stopTestServers?.().finally(() => process.exit(1)));
  }
  process.env.TEST_DATABASE_URL ??= await throwawayServer(cleanUps);
  const template = await emptyDatabase();
  cleanUps.push(() => template.drop());
  await fillTemplate(template.url);
  process.env.TEST_TEMPLATE_DATABASE = nameOf(template.url);
}

/** URL of an empty database on a PostgreSQL of this run. */
async function throwawayServer(cleanUps: (() => Promise<unknown>)[]): Promise<string> {
  await removeKilledRuns();

  const folder = join(tmpdir(), `${PREFIX}${process.pid}`);
  await mkdir(folder);
  await chmod(folder, 0o711); // as root, PostgreSQL runs under another account, which needs access
  const server = await startPostgres({ dataDir: folder, throwaway: true });
  process.env.TEST_SERVER_IS_THROWAWAY = 'true';
  cleanUps.push(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return createTestDatabase(server.url);
}

/** The name contains `test`, because `freshDatabase` refuses every other one. */
async function createTestDatabase(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('create database mailroom_test').finally(() => client.end());
  const test = new URL(url);
  test.pathname = '/mailroom_test';
  return test.href;
}

/** Stops the servers of killed runs. The name of a folder holds the process id of its run. */
async function removeKilledRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : Number.NaN;
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const dataDir = join(tmpdir(), name);
    await startPostgres({ dataDir, throwaway: true }).then(
      (server) => server.stop(),
      () => {}, // incomplete folder: no server runs there
    );
    await rm(dataDir, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function requireDovecot(): Promise<void> {
  if (await answers('dovecot', '--version')) return;
  const packages = ['dovecot-imapd', 'dovecot-lmtpd'];
  if (process.getuid?.() !== 0 || !(await answers('apt-get', '--version'))) {
    throw new Error(
      `The mail suites need Dovecot. Install ${packages.join(' and ')} (Debian's names), with dovecot on the PATH.`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['update'], { env });
  await runProgram('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
}

const answers = (program: string, argument: string): Promise<boolean> =>
  runProgram(program, [argument]).then(
    () => true,
    () => false,
  );
