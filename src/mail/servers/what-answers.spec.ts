import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createWeb } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../../test/self-signed.js';
import { startMailServer } from '../../../test/mail-server/mail-server.js';
import { tryIncomingLogin } from './imap.js';
import { OutboundGuard } from './outbound-guard.js';
import type { ServerSettings } from './servers.js';
import { tryLogin } from './smtp.js';

const anna = { login: 'anna@example.test', password: 'secret' };
const guard = new OutboundGuard({ allowPrivate: true });
const servers: Server[] = [];
const sockets = new Set<Socket>();
let dir: string;
let tls: { key: Buffer; cert: Buffer };
let ca: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'what-answers-'));
  ca = selfSigned(dir, ['localhost']);
  tls = { key: readFileSync(join(dir, 'tls.key')), cert: readFileSync(join(dir, 'tls.crt')) };
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function listening(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  servers.push(server.listen(0, '127.0.0.1'));
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

const greeting =
  (words: string) =>
  (socket: Socket): void =>
    void socket.on('error', () => undefined).write(words);
const plain = (words: string): Promise<number> => listening(createServer(greeting(words)));
const inTls = (words: string): Promise<number> => listening(createTls(tls, greeting(words)));

const IMAP = '* OK [CAPABILITY IMAP4rev1] ready\r\n';
const SMTP = '220 mail.example.test ESMTP\r\n';
const POP3 = '+OK ready\r\n';
const ALERT = '\x15\x03\x01\x00\x02\x02\x28';

type Row = [words: string, security: ServerSettings['security'], server: () => Promise<number>, told: object];
const told = (reason: string, words: string): object => ({ reason, detail: expect.stringContaining(words) });

const web = (): Promise<number> => listening(createWeb((_, answer) => answer.writeHead(404).end()));
const ftp = (): Promise<number> =>
  listening(
    createServer((socket) => {
      socket.write('220 ProFTPD Server ready\r\n');
      socket.on('data', () => socket.write('500 Unknown command\r\n'));
    }),
  );
const alerting = (): Promise<number> => listening(createServer((socket) => socket.end(ALERT, 'latin1')));

describe('an incoming server', () => {
  it.each<Row>([
    ['SMTP', 'none', () => plain(SMTP), told('wrong-protocol', 'The server speaks SMTP, not IMAP (220 mail.example')],
    ['SMTP', 'tls', () => plain(SMTP), told('wrong-protocol', 'at port 993 with security "tls"')],
    ['SMTP in TLS', 'tls', () => inTls(SMTP), told('wrong-protocol', 'SMTP')],
    ['POP3', 'starttls', () => plain(POP3), told('wrong-protocol', 'POP3')],
    ['POP3 in TLS', 'tls', () => inTls(POP3), told('wrong-protocol', 'POP3')],
    ['HTTP', 'none', web, told('wrong-protocol', 'HTTP')],
    ['HTTP', 'tls', web, told('wrong-protocol', 'HTTP')],
    ['IMAP in TLS', 'none', () => inTls(IMAP), told('tls-required', 'Choose security "tls" for the incoming server.')],
    ['IMAP in TLS', 'starttls', () => inTls(IMAP), told('tls-required', 'TLS at this port')],
    ['TLS, with an alert', 'none', alerting, told('tls-required', 'TLS at this port')],
    ['IMAP without TLS', 'tls', () => plain(IMAP), told('tls-failed', 'speaks IMAP without TLS at this port')],
  ])('that speaks %s, under security %s, is told at once', async (_, security, server, failure) => {
    const settings: ServerSettings = { host: 'localhost', port: await server(), security };
    await expect(tryIncomingLogin(settings, anna, { guard, ca, timeoutMs: 20_000 })).rejects.toMatchObject(failure);
  });

  it('with a late greeting is waited for', async () => {
    const server = await startMailServer({ users: { [anna.login]: anna.password } });
    server.faults.greetingDelayMs = 2500;
    try {
      const settings: ServerSettings = { host: '127.0.0.1', port: server.imapPort, security: 'none' };
      await tryIncomingLogin(settings, anna, { guard });
    } finally {
      await server.stop();
    }
  });
});

describe('an outgoing server', () => {
  it.each<Row>([
    ['IMAP', 'none', () => plain(IMAP), told('wrong-protocol', 'The server speaks IMAP, not SMTP (* OK')],
    ['IMAP', 'tls', () => plain(IMAP), told('wrong-protocol', 'at port 465 with security "tls"')],
    ['IMAP in TLS', 'tls', () => inTls(IMAP), told('wrong-protocol', 'IMAP')],
    ['POP3', 'starttls', () => plain(POP3), told('wrong-protocol', 'POP3')],
    ['FTP', 'none', ftp, told('wrong-protocol', 'FTP')],
    ['HTTP', 'tls', web, told('wrong-protocol', 'HTTP')],
    ['SMTP in TLS', 'starttls', () => inTls(SMTP), told('tls-required', 'security "tls" for the outgoing server.')],
    ['TLS, with an alert', 'none', alerting, told('tls-required', 'TLS at this port')],
    ['SMTP without TLS', 'tls', () => plain(SMTP), told('tls-failed', 'speaks SMTP without TLS at this port')],
  ])('that speaks %s, under security %s, is told at once', async (_, security, server, failure) => {
    const settings: ServerSettings = { host: 'localhost', port: await server(), security };
    await expect(tryLogin(settings, anna, { guard, ca, timeoutMs: 20_000 })).rejects.toMatchObject(failure);
  });
});
