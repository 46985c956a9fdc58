import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ground, PROCESSES_LOG } from './ground.js';
import { processorTime } from './processor-time.js';

export const ADMIN = { email: 'admin@bench.example', password: 'bench-bench-bench' };
export const MASTER_KEY = Buffer.alloc(32, 9).toString('hex');

/** The service as a process of its own, started as in production, and its HTTP interface for an administrator. */
export class ServiceProcess {
  private constructor(
    readonly url: string,
    readonly token: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(ground: Ground, databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    const child = spawned(ground, new URL('../src/main.js', import.meta.url), {
      DATABASE_URL: databaseUrl,
      DATA_DIR: await mkdtemp(join(ground.dir, 'data-')),
      MASTER_KEY,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ALLOW_PRIVATE_MAIL_HOSTS: 'true',
      WATCH_MAIL: 'false',
      ...env,
    });
    const url = /ready: (\S+)\/api/.exec(await said(child, 'Mailroom is ready'))![1]!;
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(ADMIN),
    });
    return new ServiceProcess(url, ((await answer.json()) as { token: string }).token, child);
  }

  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Status of the answer to a request that may be refused. */
  async status(
    method: string,
    path: string,
    { body, signedIn = true }: { body?: string | undefined; signedIn?: boolean } = {},
  ): Promise<number> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(signedIn ? { Authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Resolves when these followers, or all without names, have read the whole log. */
  async caughtUp(...names: string[]): Promise<void> {
    // Waiting for all may take half a minute, and each look costs the service time.
    const pauseMs = names.length === 0 ? 200 : 20;
    for (;;) {
      const { followers } = await this.ask<{ followers: { name: string; lag: number; failure: unknown }[] }>(
        'GET',
        '/health/ready',
      );
      const failed = followers.find(({ failure }) => failure);
      if (failed) throw new Error(`${failed.name} has stopped: ${JSON.stringify(failed.failure)}`);
      const awaited = followers.filter(
        ({ name }) => names.length === 0 || names.some((each) => name.startsWith(`${each}@`)),
      );
      if (awaited.every(({ lag }) => lag === 0)) return;
      await pause(pauseMs);
    }
  }

  /** Resident memory in MB. */
  async resident(): Promise<number> {
    return kilobytes(await this.procStatus(), 'VmRSS') / 1024;
  }

  /** Peak of the resident memory in MB since `forgetPeak`. */
  async peak(): Promise<number> {
    return kilobytes(await this.procStatus(), 'VmHWM') / 1024;
  }

  /** Processor time in seconds, with all threads. */
  processorTime(): Promise<number> {
    return processorTime(this.child.pid!);
  }

  async forgetPeak(): Promise<void> {
    await writeFile(`/proc/${this.child.pid}/clear_refs`, '5');
  }

  async stop(): Promise<void> {
    await ended(this.child);
  }

  private procStatus(): Promise<string> {
    return readFile(`/proc/${this.child.pid}/status`, 'utf8');
  }
}

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]);

/** Starts a process that ends with the ground; its log lies in the folder of the ground. */
export function spawned(ground: Ground, program: URL, env: NodeJS.ProcessEnv = {}, words: string[] = []): ChildProcess {
  const log = openSync(join(ground.dir, PROCESSES_LOG), 'a');
  const child = spawn(process.execPath, [program.pathname, ...words], {
    env: {
      PATH: process.env['PATH'],
      UV_THREADPOOL_SIZE: '16',
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: '131072',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  ground.atTheEnd(() => ended(child));
  return child;
}

/** Resolves with the line of standard output that contains `words`. */
export async function said(child: ChildProcess, words: string): Promise<string> {
  let output = '';
  const found = new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const line = output.split('\n').find((each, n, lines) => n < lines.length - 1 && each.includes(words));
      if (line !== undefined) resolve(line);
    });
    child.once('exit', () => reject(new Error(`a bench process ended at its start: ${output}`)));
  });
  return found;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
