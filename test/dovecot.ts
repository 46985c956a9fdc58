import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { dovecotConfig, mailOwner } from './dovecot-config.js';
import { MaildirWriter } from './maildir.js';
import { freePort, listening } from './ports.js';
import { selfSigned } from './self-signed.js';

export interface DovecotOptions {
  /** login to password */
  users?: Record<string, string>;
  /** configuration lines, placed after the generated ones */
  extra?: string;
  /** kept after `stop`; absent: a temporary folder, removed by `stop` */
  dir?: string;
  /** adds IMAPS and STARTTLS, with a self-signed certificate */
  tls?: boolean;
}

export interface Delivery {
  flags?: string[];
  internalDate?: Date;
}

/** Starts Debian's Dovecot 2.3 in the foreground, with its files in one folder; needs no root. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const dovecot = new Dovecot(options);
  await dovecot.start();
  return dovecot;
}

export class Dovecot {
  readonly host = '127.0.0.1';
  readonly users: Readonly<Record<string, string>>;
  imapPort = 0;
  imapsPort?: number;
  /** PEM of the self-signed certificate, with `tls`. */
  certificate?: string;

  private readonly dir: string;
  private readonly temporary: boolean;
  private process?: ChildProcess;
  private readonly deliveries = new Map<string, Promise<ImapFlow>>();
  private readonly writers = new Map<string, MaildirWriter>();
  private readonly killAtExit = () => this.process?.kill('SIGTERM');

  constructor(private readonly options: DovecotOptions) {
    this.users = options.users ?? { 'anna@example.test': 'secret' };
    this.temporary = !options.dir;
    this.dir = options.dir ?? mkdtempSync(join(tmpdir(), 'dovecot-'));
  }

  async start(): Promise<void> {
    this.imapPort ||= await freePort();
    if (this.options.tls) this.imapsPort ??= await freePort();
    this.layOut();
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
    const child = spawn('dovecot', ['-F', '-c', join(this.dir, 'dovecot.conf')], {
      env: { PATH: path },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const failed = once(child, 'exit').then(() => {
      throw new Error(`Dovecot did not start: ${errors}\n${this.log()}`);
    });
    failed.catch(() => undefined);
    this.process = child;
    process.once('exit', this.killAtExit);
    await Promise.race([failed, ...[this.imapPort, this.imapsPort].flatMap((port) => (port ? [listening(port)] : []))]);
  }

  /** Appends through IMAP and returns the UID. Creates a missing folder. */
  async deliver(
    user: string,
    folder: string,
    raw: Buffer,
    { flags = [], internalDate }: Delivery = {},
  ): Promise<number> {
    const client = await this.client(user);
    const append = () => client.append(folder, raw, flags, internalDate);
    let appended = await append().catch(() => false as const);
    if (!appended) {
      await client.mailboxCreate(folder);
      appended = await append();
    }
    if (!appended || !appended.uid) throw new Error(`Dovecot did not store a message in ${folder}: ${this.log()}`);
    return appended.uid;
  }

  /**
   * Writes the files directly, in the given order, and returns their number. Dovecot shows them byte by byte if their
   * lines end with CRLF.
   */
  fill(user: string, folder: string, messages: Iterable<Buffer>, receivedAt?: (n: number) => Date): number {
    let writer = this.writers.get(user);
    if (!writer) this.writers.set(user, (writer = new MaildirWriter(this.maildir(user), mailOwner)));
    return writer.fill(folder, messages, receivedAt);
  }

  maildir(user: string): string {
    return join(this.home(user), 'Maildir');
  }

  /** Dovecot's log so far. */
  log(): string {
    const path = join(this.dir, 'dovecot.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Closes every connection and starts again with the same ports and mail. */
  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.end();
    if (this.temporary) rmSync(this.dir, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    const clients = [...this.deliveries.values()];
    this.deliveries.clear();
    for (const client of clients) (await client.catch(() => undefined))?.close();
    const child = this.process;
    this.process = undefined;
    process.removeListener('exit', this.killAtExit);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  private client(user: string): Promise<ImapFlow> {
    let client = this.deliveries.get(user);
    if (!client) {
      client = this.connect(user);
      this.deliveries.set(user, client);
      client.catch(() => this.deliveries.delete(user));
    }
    return client;
  }

  private async connect(user: string): Promise<ImapFlow> {
    const client = new ImapFlow({
      host: this.host,
      port: this.imapPort,
      secure: false,
      doSTARTTLS: false,
      auth: { user, pass: this.users[user] ?? '' },
      logger: false,
    });
    const forget = () => this.deliveries.delete(user);
    client.on('error', forget);
    client.on('close', forget);
    await client.connect();
    return client;
  }

  private home(user: string): string {
    return join(this.dir, 'mail', user);
  }

  private layOut(): void {
    mkdirSync(this.dir, { recursive: true });
    chmodSync(this.dir, 0o755);
    for (const user of Object.keys(this.users)) {
      mkdirSync(this.home(user), { recursive: true });
      chownSync(this.home(user), mailOwner.uid, mailOwner.gid);
    }
    const entries = Object.entries(this.users).map(
      ([user, password]) => `${user}:{PLAIN.b64}${Buffer.from(password).toString('base64')}\n`,
    );
    writeFileSync(join(this.dir, 'users'), entries.join(''));
    if (this.options.tls) this.certificate ??= selfSigned(this.dir);
    const layout = {
      dir: this.dir,
      imapPort: this.imapPort,
      imapsPort: this.imapsPort,
      extra: this.options.extra ?? '',
    };
    writeFileSync(join(this.dir, 'dovecot.conf'), dovecotConfig(layout, processOwner()));
  }
}

function processOwner(): { user: string; group: string } {
  return { user: userInfo().username, group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim() };
}
