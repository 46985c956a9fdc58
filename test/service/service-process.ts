import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KillPoint } from '../crash/kill-points.js';

/** The bundle of `test/setup/compile.mjs`: loads in half the time of the single files. */
export const BUNDLE = fileURLToPath(new URL('../../service', import.meta.url));
/** Preload that kills the process at a step. */
export const KILL_AT = new URL('../crash/kill-at.mjs', import.meta.url).href;

/** Copies the bundle, for a test that changes its files. The copy lies beside the bundle, where it finds packages. */
export async function copyOfBundle(): Promise<string> {
  const copy = `${BUNDLE}-${randomUUID()}`;
  await cp(BUNDLE, copy, { recursive: true });
  return copy;
}

export const ADMIN = { email: 'admin@mailroom.test', password: 'crash-crash-crash' };

/** Exit of a process. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServiceOptions {
  dataDir: string;
  /** absent: the embedded PostgreSQL of `dataDir` */
  databaseUrl?: string;
  /** SIGKILL when the process reaches this step for the n-th time; the start may reach it */
  killAt?: { point: KillPoint; n: number } | undefined;
  env?: Record<string, string> | undefined;
  /** folder with a copy of the bundle; default: the bundle */
  bundle?: string;
}

/** One Mailroom as a process of its own. */
export class ServiceProcess {
  readonly ended: Promise<Ended>;
  /** resolves once it serves; undefined if it ended before */
  readonly url: Promise<string | undefined>;
  private errors = '';

  private constructor(private readonly child: ChildProcess) {
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    this.ended = once(child, 'close').then(([code, signal]) => {
      process.removeListener('exit', killAtExit);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    child.stderr!.on('data', (chunk: Buffer) => (this.errors = (this.errors + chunk.toString()).slice(-20_000)));
    let output = '';
    const ready = new Promise<string>((resolve) =>
      child.stdout!.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const [, url] = /Mailroom is ready: (\S+)\/api /.exec(output) ?? [];
        if (url !== undefined) resolve(url);
      }),
    );
    this.url = Promise.race([ready, this.ended.then(() => undefined)]);
  }

  static start({ dataDir, databaseUrl, killAt, env = {}, bundle = BUNDLE }: ServiceOptions): ServiceProcess {
    const child = spawn(process.execPath, ['--no-warnings', '--import', KILL_AT, join(bundle, 'main.js')], {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        NODE_ENV: 'test',
        DATA_DIR: dataDir,
        PORT: '0',
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
        ALLOW_PRIVATE_MAIL_HOSTS: 'true',
        WATCH_MAIL: 'false',
        LOG_LEVEL: 'warn',
        ...env,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...(killAt ? { MAILROOM_KILL_AT: `${killAt.point}#${killAt.n}` } : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new ServiceProcess(child);
  }

  get dead(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The last 20,000 characters of its log. */
  get log(): string {
    return this.errors;
  }

  /** @throws Error when it ended before it served */
  async ready(): Promise<string> {
    const url = await this.url;
    if (url === undefined) throw new Error(`Mailroom did not start: ${this.errors}`);
    return url;
  }

  /** SIGKILL ends the process when it reaches this step for the n-th time from now on. */
  async dieAt(point: KillPoint, n = 1): Promise<void> {
    this.child.send({ point, n });
    await once(this.child, 'message');
  }

  /**
   * Lets no file of the process grow beyond `bytes` from now on, as a full disk does (`EFBIG`). Undefined: as before.
   * Works without root, since it lowers and raises the soft limit only.
   */
  limitFiles(bytes: number | undefined): void {
    const limits = (...options: string[]): string =>
      execFileSync('prlimit', ['--pid', String(this.pid), ...options], { encoding: 'utf8' });
    const soft = bytes ?? limits('--fsize', '--output=HARD', '--noheadings').trim();
    limits(`--fsize=${soft}:`);
  }

  /** SIGKILL, as in a power cut. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, as an operator stops it. */
  async stop(): Promise<Ended> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
