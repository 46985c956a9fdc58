import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { PostgresDidNotStart, startPostgres, type PostgresServer } from './postgres-server.js';

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  let running: PostgresServer[];
  /** a data folder with a database, for tests that need no first start: a copy costs a tenth of it */
  let created: string;

  beforeAll(async () => {
    created = join(await newFolder(), 'data');
    await (await startPostgres({ dataDir: created })).stop();
  });
  afterAll(() => rm(join(created, '..'), { recursive: true }));

  const start = async (options: { throwaway?: boolean } = {}) => {
    const server = await startPostgres({ dataDir, ...options });
    running.push(server);
    return server;
  };

  /** cp keeps the owners, fs.cp does not. */
  const copied = (from: string, to: string) => once(spawn('cp', ['-a', from, to]), 'exit');
  const startAgain = async (options: { throwaway?: boolean } = {}) => {
    await copied(created, dataDir);
    return start(options);
  };

  beforeEach(async () => {
    dataDir = join(await newFolder(), 'data');
    running = [];
  });

  afterEach(async () => {
    for (const server of running) await server.stop();
    await rm(join(dataDir, '..'), { recursive: true });
  });

  it('listens on loopback only, is durable, and keeps its password in a file for its owner only', async () => {
    const server = await start();
    expect(server.attached).toBe(false);
    expect(new URL(server.url)).toMatchObject({ username: 'mailroom', hostname: '127.0.0.1', pathname: '/mailroom' });
    const [found] = await ask(
      server.url,
      `select rolsuper as superuser, datlocprovider as provider, datlocale as locale, current_setting('fsync') as fsync,
         current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets
       from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(found).toEqual({
      superuser: false,
      provider: 'b',
      locale: 'C.UTF-8',
      fsync: 'on',
      listens: '127.0.0.1',
      sockets: '',
    });
    expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    await expect(ask(server.url.replace(/:[^:@]+@/, ':a-guess@'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
    await expect(ask(server.url.replace('mailroom:', 'postgres:'), 'select 1')).rejects.toThrow('no pg_hba.conf entry');
  });

  it('keeps commits from one start to the next, and ends with stop', async () => {
    const first = await startAgain();
    await ask(first.url, 'create table kept as select 42 as n');
    await first.stop();
    await expect(ask(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    const second = await start();
    expect(second.attached).toBe(false);
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  it('survives a killed parent, and the next start attaches to it and can stop it', async () => {
    await copied(created, dataDir);
    const { parent, url } = await startInAnotherProcess(dataDir);
    await ask(url, 'create table kept as select 42 as n');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const next = await start();
    expect(next).toMatchObject({ attached: true, url });
    expect(await ask(next.url, 'select n from kept')).toEqual([{ n: 42 }]);
    await next.stop();
    await expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('keeps running when a script attaches and detaches', async () => {
    const server = await startAgain();
    const script = await startPostgres({ dataDir });
    expect(script).toMatchObject({ attached: true, url: server.url });
    await script.detach();
    expect(await ask(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('recovers after its own kill, even if another process has the old pid', async () => {
    const server = await startAgain({ throwaway: true });
    const file = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    process.kill(Number(lines[0]), 'SIGKILL');
    await refused(server.url);
    await writeFile(file, [process.pid, ...lines.slice(1)].join('\n'));
    expect((await start({ throwaway: true })).attached).toBe(false);
  });

  it('is launched once when several processes start at the same time; the others attach', async () => {
    const elsewhere = startInAnotherProcess(dataDir);
    const here = await Promise.all([start(), start()]);
    const { parent, url, attached } = await elsewhere;
    parent.kill('SIGKILL');
    expect([...here.map((server) => server.attached), attached].filter((one) => !one)).toHaveLength(1);
    expect(new Set([...here.map((server) => server.url), url]).size).toBe(1);
    expect((await readdir(join(dataDir, 'postgres'))).sort()).toEqual(['data', 'log', 'password']);
  });

  it('removes the unfinished files of a killed first start', async () => {
    await mkdir(join(dataDir, 'postgres', 'new-half'), { recursive: true });
    await chmod(join(dataDir, 'postgres'), 0o711);
    await writeFile(join(dataDir, 'postgres', 'new-half', 'file'), '');
    expect(await ask((await start({ throwaway: true })).url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('new-half');
  });

  it('does not wait for the disk and removes its data if it is throwaway', async () => {
    const server = await startAgain({ throwaway: true });
    expect(await ask(server.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await server.stop();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('starts another server for a copied data folder', async () => {
    const original = await startAgain({ throwaway: true });
    const copy = join(dataDir, '..', 'copy');
    await copied(dataDir, copy);
    const server = await startPostgres({ dataDir: copy, throwaway: true });
    running.push(server);
    expect(server.attached).toBe(false);
    expect(new URL(server.url).port).not.toBe(new URL(original.url).port);
  });

  it('reports wrong permissions of its folder in one line', async () => {
    await (await startAgain()).stop();
    await chmod(join(dataDir, 'postgres', 'data'), 0o777);
    const failure = await startPostgres({ dataDir }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PostgresDidNotStart);
    expect((failure as Error).message).toMatch(
      /^PostgreSQL did not start in \S+: .*data directory .* has invalid permissions.*$/,
    );
  });

  it('reports a lost password file in one line, both running and stopped', async () => {
    const server = await startAgain();
    await rm(join(dataDir, 'postgres', 'password'));
    const lost =
      /^PostgreSQL did not start in \S+: the password in \S+ is not the one of its database: restore that file$/;
    await expect(startPostgres({ dataDir })).rejects.toThrow(lost);
    await server.stop();
    await expect(startPostgres({ dataDir })).rejects.toThrow(lost);
  });

  it('reports in one line that it cannot make its folder', async () => {
    await writeFile(dataDir, 'not a folder');
    await expect(startPostgres({ dataDir })).rejects.toThrow(/^PostgreSQL did not start in \S+: EEXIST: .*$/);
  });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-server-'));
  await chmod(folder, 0o711);
  return folder;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function refused(url: string): Promise<void> {
  for (;;) {
    const error = await ask(url, 'select 1').then(
      () => undefined,
      (failure: NodeJS.ErrnoException) => failure,
    );
    if (error?.code === 'ECONNREFUSED') return;
  }
}

/** Starts the server from another process, which prints the result and stays until it is killed. */
async function startInAnotherProcess(
  dataDir: string,
): Promise<{ parent: ChildProcess; url: string; attached: boolean }> {
  const program = `
    import { startPostgres } from '${new URL('./postgres-server.js', import.meta.url).href}';
    console.log(JSON.stringify(await startPostgres({ dataDir: process.argv[1] })));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(parent.stdout)) {
    return { parent, ...(JSON.parse(line) as { url: string; attached: boolean }) };
  }
  throw new Error('the parent ended without a line');
}
