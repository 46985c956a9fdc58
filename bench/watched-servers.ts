import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import nodemailer from 'nodemailer';
import { startDovecot } from '../test/dovecot.js';
import type { Ground } from './ground.js';
import { said, spawned } from './service-process.js';

const PASSWORD = 'secret';

/** A mail server with many accounts, each empty. */
export interface WatchedServer {
  name: string;
  logins: readonly string[];
  password: string;
  imapPort: number;
  deliver(login: string, subject: string): Promise<unknown>;
  /** Ends all connections; the same mail is there afterwards. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const logins = (count: number): string[] => Array.from({ length: count }, (_, n) => `user${n + 1}@bench.example`);
const letter = (login: string, subject: string): string =>
  `From: ben@example.com\r\nTo: ${login}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}.${login}>\r\n\r\nHello\r\n`;

/** The demo's mail server as a process of its own. */
export async function demoServer(ground: Ground, count: number): Promise<WatchedServer> {
  const start = async (...ports: string[]): Promise<{ child: ChildProcess; ports: string[] }> => {
    const program = new URL('./mail-server-process.js', import.meta.url);
    const child = spawned(ground, program, {}, [String(count), '0', ...ports]);
    const [, imap, smtp] = /imap (\d+) smtp (\d+)/.exec(await said(child, 'the mail server is ready'))!;
    return { child, ports: [imap!, smtp!] };
  };
  const end = async (child: ChildProcess): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  let { child, ports } = await start();
  const [imapPort, smtpPort] = ports.map(Number) as [number, number];
  const auth = { user: 'user1@bench.example', pass: PASSWORD };
  const smtp = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, pool: true, ignoreTLS: true, auth });
  return {
    name: "the demo's server",
    logins: logins(count),
    password: PASSWORD,
    imapPort,
    deliver: (login, subject) =>
      smtp.sendMail({ envelope: { from: 'ben@example.com', to: login }, raw: letter(login, subject) }),
    async restart() {
      await end(child);
      ({ child, ports } = await start(...ports));
    },
    async stop() {
      smtp.close();
      await end(child);
    },
  };
}

export async function dovecotServer(ground: Ground, count: number): Promise<WatchedServer> {
  const all = logins(count);
  const server = await startDovecot({ users: Object.fromEntries(all.map((login) => [login, PASSWORD])) });
  ground.atTheEnd(() => server.stop());
  return {
    name: 'Dovecot',
    logins: all,
    password: PASSWORD,
    imapPort: server.imapPort,
    deliver: (login, subject) => server.deliver(login, 'INBOX', Buffer.from(letter(login, subject))),
    restart: () => server.restart(),
    stop: () => Promise.resolve(),
  };
}

/** Open TCP connections to a port of this machine, counted at the side of the client. */
export async function connectionsTo(port: number): Promise<number> {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
  return rows.filter((row) => {
    const [, , to, state] = row.trim().split(/\s+/);
    return to?.endsWith(remote) && state === '01';
  }).length;
}
