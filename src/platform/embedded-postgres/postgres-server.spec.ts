import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { PostgresDidNotStart, startPostgres, type PostgresServer } from './postgres-server.js';

describe('the PostgreSQL of a data folder', () => {
  let dataDir: string;
  let running: PostgresServer[];

  const start = async (options: { throwaway?: boolean } = {}) => {
    const server = await startPostgres({ dataDir, ...options });
    running.push(server);
    return server;
  };

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postgres-server-'));
    await chmod(folder, 0o711);
    dataDir = join(folder, 'data');
    running = [];
  });

  afterEach(async () => {
    for (const server of running) await server.stop();
    await rm(join(dataDir, '..'), { recursive: true });
  });

  it('is on loopback only, for its own role, durable, and its password is in a file that only we read', async () => {
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

  it('keeps what was committed from one start to the next, and ends when it is stopped', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 42 as n');
    await first.stop();
    await expect(ask(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    const second = await start();
    expect(second.attached).toBe(false);
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  it('outlives a parent that is killed, and the next start attaches to it and stops it', async () => {
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

  it('is left running by a script that attached to it and detaches', async () => {
    const server = await start();
    const script = await startPostgres({ dataDir });
    expect(script).toMatchObject({ attached: true, url: server.url });
    await script.detach();
    expect(await ask(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('recovers when it was killed too, although its old pid is by now another process', async () => {
    const server = await start({ throwaway: true });
    const file = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    process.kill(Number(lines[0]), 'SIGKILL');
    await refused(server.url);
    await writeFile(file, [process.pid, ...lines.slice(1)].join('\n'));
    expect((await start({ throwaway: true })).attached).toBe(false);
  });

  it('is made once when several processes start at the same time: one starts it, the others attach', async () => {
    const elsewhere = startInAnotherProcess(dataDir);
    const here = await Promise.all([start(), start()]);
    const { parent, url, attached } = await elsewhere;
    parent.kill('SIGKILL');
    expect([...here.map((server) => server.attached), attached].filter((one) => !one)).toHaveLength(1);
    expect(new Set([...here.map((server) => server.url), url]).size).toBe(1);
    expect((await readdir(join(dataDir, 'postgres'))).sort()).toEqual(['data', 'log', 'password']);
  });

  it('starts over what a killed first start left half made', async () => {
    await mkdir(join(dataDir, 'postgres', 'new-half'), { recursive: true });
    await chmod(join(dataDir, 'postgres'), 0o711);
    await writeFile(join(dataDir, 'postgres', 'new-half', 'file'), '');
    expect(await ask((await start({ throwaway: true })).url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('new-half');
  });

  it('a throwaway one does not wait for the disk, and is gone once it is stopped', async () => {
    const server = await start({ throwaway: true });
    expect(await ask(server.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await server.stop();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('a copied data folder gets a server of its own, not the one that the copied files name', async () => {
    const original = await start({ throwaway: true });
    const copy = join(dataDir, '..', 'copy');
    // cp keeps owners, which fs.cp does not
    await once(spawn('cp', ['-a', dataDir, copy]), 'exit');
    const server = await startPostgres({ dataDir: copy, throwaway: true });
    running.push(server);
    expect(server.attached).toBe(false);
    expect(new URL(server.url).port).not.toBe(new URL(original.url).port);
  });

  it('says in one line that its folder has the wrong permissions', async () => {
    await (await start()).stop();
    await chmod(join(dataDir, 'postgres', 'data'), 0o777);
    const failure = await startPostgres({ dataDir }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PostgresDidNotStart);
    expect((failure as Error).message).toMatch(
      /^PostgreSQL did not start in \S+: .*data directory .* has invalid permissions.*$/,
    );
  });

  it('says in one line that its password file is lost, whether it runs or not', async () => {
    const server = await start();
    await rm(join(dataDir, 'postgres', 'password'));
    const lost =
      /^PostgreSQL did not start in \S+: the password in \S+ is not the one of its database: restore that file$/;
    await expect(startPostgres({ dataDir })).rejects.toThrow(lost);
    await server.stop();
    await expect(startPostgres({ dataDir })).rejects.toThrow(lost);
  });

  it('says in one line that it cannot make its folder', async () => {
    await writeFile(dataDir, 'not a folder');
    await expect(startPostgres({ dataDir })).rejects.toThrow(/^PostgreSQL did not start in \S+: EEXIST: .*$/);
  });
});

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

/** A parent that can be killed: the launcher in a process of its own, which says what it got and stays. */
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
  throw new Error('the parent ended without a word');
}
