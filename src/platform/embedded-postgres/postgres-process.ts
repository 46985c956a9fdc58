/** The server process of a cluster: detection and launch. */
import { spawn } from 'node:child_process';
import { open, readdir, readFile, readlink, rename, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { lastLines, spawnAs, type Binaries } from './postgres-binaries.js';
import type { Cluster } from './postgres-cluster.js';

export const BETWEEN_KNOCKS_MS = 50;
const LOG_BYTES = 10 * 1024 * 1024;

/** Reads `postmaster.pid`, which also survives its server. Undefined without a server. */
export async function leftServer({ data }: Cluster): Promise<{ pid: number; port: number } | undefined> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return [];
    },
  );
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/**
 * Logs in to a server to identify it: SCRAM (RFC 5802) proves the password of this cluster to both sides, and the data
 * folder of a copied cluster has another path.
 */
export async function knock(
  url: string,
  { data }: Cluster,
): Promise<'ready' | 'not-yet' | 'not-there' | 'wrong-password'> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => {}); // the rejected query has the same error
  try {
    await client.connect();
    const { rows } = await client.query<{ data: string }>(`select current_setting('data_directory') as data`);
    return rows[0]?.data === data ? 'ready' : 'not-there';
  } catch (error) {
    const { code = '' } = error as { code?: string };
    const startingStoppingOrFull = ['57P03', '57P01', '53300'];
    if (startingStoppingOrFull.includes(code)) return 'not-yet';
    return code === '28P01' ? 'wrong-password' : 'not-there';
  } finally {
    await client.end().catch(() => {});
  }
}

export class WrongPassword extends Error {
  constructor({ place }: Cluster) {
    super(`the password in ${join(place, 'password')} is not the one of its database: restore that file`);
    this.name = 'WrongPassword';
  }
}

/**
 * Whether the server has ended. Its pid may belong to another process by now, as soon happens in a restarted container;
 * PostgreSQL would wait for that process for ever.
 */
export async function isGone(pid: number, { data }: Cluster): Promise<boolean> {
  if (process.platform !== 'linux') return !exists(pid);
  return readlink(`/proc/${pid}/cwd`).then(
    (folder) => folder !== data,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Ends a hanging server and its processes at once: a stopped process would never notice the end of its server. */
export async function killServer(pid: number): Promise<void> {
  for (const each of [pid, ...(await childrenOf(pid))])
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
}

async function childrenOf(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const children: number[] = [];
  for (const entry of await readdir('/proc')) {
    const [, parent] = /^.*\) \S (\d+)/s.exec(await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')) ?? [];
    if (Number(parent) === pid) children.push(Number(entry));
  }
  return children;
}

export const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });

/**
 * @returns false if another server has the data or the port: look for a server again
 * @throws Error with the last lines of the log
 */
export async function launch(
  cluster: Cluster,
  binaries: Binaries,
  port: number,
  url: string,
  throwaway: boolean,
  deadline: number,
) {
  const file = join(cluster.place, 'log');
  if (((await stat(file).catch(() => undefined))?.size ?? 0) > LOG_BYTES) await rename(file, `${file}.1`);
  const output = await open(file, 'a+', 0o600);
  try {
    const before = (await output.stat()).size;
    // A process group of its own: Ctrl-C reaches this process only, which stops the server after its own work.
    const child = spawn(binaries.postgres, ['-D', cluster.data, ...settings(port, throwaway)], {
      ...spawnAs(cluster.account),
      stdio: ['ignore', output.fd, output.fd],
      detached: true,
    });
    child.unref();
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? code}`));
    while (ended === undefined && performance.now() < deadline) {
      const answer = await knock(url, cluster);
      if (answer === 'ready') return true;
      if (answer === 'wrong-password') {
        child.kill('SIGINT');
        throw new WrongPassword(cluster);
      }
      await delay(BETWEEN_KNOCKS_MS);
    }
    if (ended === undefined) {
      child.kill('SIGQUIT');
      return false;
    }
    const logged = (await readFile(file)).subarray(before).toString();
    if (
      /lock file "postmaster.pid" already exists|pre-existing shared memory block|Address already in use/.test(logged)
    )
      return false;
    throw new Error(logged.trim() === '' ? ended : lastLines(logged));
  } finally {
    await output.close();
  }
}

function settings(port: number, throwaway: boolean): string[] {
  const all: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: 200,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Errors quote personal values, and the sender of a statement receives its error anyway.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    // There are few cores, and /dev/shm of a container is small.
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    ...(throwaway && { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
