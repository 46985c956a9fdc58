import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { selfSigned } from '../../../test/self-signed.js';
import { OutboundGuard } from '../servers/outbound-guard.js';
import { requireGreeting } from './greeting.js';
import type { Side } from './offer.js';

const guard = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });
let dir: string;
let ca: string;
const servers = new Set<Server>();
const sockets = new Set<Socket>();

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'greeting-'));
  ca = selfSigned(dir, ['mail.test']);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([...servers].map((server) => once(server.close(), 'close')));
  servers.clear();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A server that sends its greeting, then an answer for each command; `<tls>` in an answer starts TLS. */
async function scripted(greeting: string, answers: Record<string, string> = {}, tls = false): Promise<number> {
  const secured = (socket: Socket): Socket =>
    new TLSSocket(socket, {
      isServer: true,
      key: readFileSync(join(dir, 'tls.key')),
      cert: readFileSync(join(dir, 'tls.crt')),
    });
  const listen = (socket: Socket): void => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const command = chunk.toString('latin1').trim();
      const answer = answers[command.replace(/^[abc] /, '').split(' ')[0]!] ?? '';
      socket.write(answer.replace('<tls>', ''));
      if (!answer.includes('<tls>')) return;
      socket.removeAllListeners('data');
      listen(secured(socket));
    });
  };
  const server = createServer((plain) => {
    sockets.add(plain);
    plain.on('error', () => undefined);
    const socket = tls ? secured(plain) : plain;
    listen(socket);
    socket.write(greeting);
  }).listen(0, '127.0.0.1');
  servers.add(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const greet = (
  side: Side,
  port: number,
  security: 'tls' | 'starttls' | 'none',
  host = 'mail.test',
  timeoutMs = 10_000,
) => requireGreeting(side, { host, port, security }, { guard, ca, timeoutMs });

const IMAP = '* OK ready\r\n';
const CAPABLE = { CAPABILITY: '* CAPABILITY IMAP4rev1 STARTTLS\r\na OK done\r\n', STARTTLS: 'b OK go\r\n<tls>' };
const SMTP = '220-mail\r\n220 ready\r\n';
const EXTENDED = { EHLO: '250-mail\r\n250-STARTTLS\r\n250 SIZE\r\n', STARTTLS: '220 go\r\n<tls>' };

describe('a greeting is accepted', () => {
  it.each<[string, Side, 'tls' | 'starttls' | 'none', string, Record<string, string>]>([
    ['IMAP in TLS', 'incoming', 'tls', IMAP, {}],
    ['IMAP with STARTTLS', 'incoming', 'starttls', IMAP, CAPABLE],
    ['IMAP', 'incoming', 'none', IMAP, CAPABLE],
    ['SMTP in TLS', 'outgoing', 'tls', SMTP, EXTENDED],
    ['SMTP with STARTTLS', 'outgoing', 'starttls', SMTP, EXTENDED],
    ['SMTP', 'outgoing', 'none', SMTP, EXTENDED],
  ])('from a server that speaks %s', async (_, side, security, greeting, answers) => {
    await greet(side, await scripted(greeting, answers, security === 'tls'), security);
  });
});

describe('a greeting is rejected from a server that', () => {
  it.each<[string, Side, 'tls' | 'starttls' | 'none', string, Record<string, string>, string]>([
    ['sends BYE', 'incoming', 'none', '* BYE busy\r\n', {}, 'refused-by-server'],
    ['speaks POP3', 'incoming', 'none', '+OK ready\r\n', {}, 'refused-by-server'],
    ['speaks SMTP instead of IMAP', 'incoming', 'none', SMTP, {}, 'refused-by-server'],
    ['speaks HTTP', 'outgoing', 'none', 'HTTP/1.1 400 Bad Request\r\n\r\n', {}, 'refused-by-server'],
    ['speaks IMAP instead of SMTP', 'outgoing', 'none', IMAP, {}, 'refused-by-server'],
    ['refuses the connection', 'outgoing', 'none', '554 go away\r\n', {}, 'refused-by-server'],
    ['knows no EHLO', 'outgoing', 'none', SMTP, { EHLO: '502 unknown\r\n' }, 'refused-by-server'],
    [
      'takes no login without TLS',
      'incoming',
      'none',
      IMAP,
      { CAPABILITY: '* CAPABILITY LOGINDISABLED\r\na OK\r\n' },
      'refused-by-server',
    ],
    [
      'offers no STARTTLS for IMAP',
      'incoming',
      'starttls',
      IMAP,
      { CAPABILITY: '* CAPABILITY\r\na OK\r\n' },
      'starttls-not-offered',
    ],
    ['offers no STARTTLS for SMTP', 'outgoing', 'starttls', SMTP, { EHLO: '250 mail\r\n' }, 'starttls-not-offered'],
    ['refuses STARTTLS', 'incoming', 'starttls', IMAP, { ...CAPABLE, STARTTLS: 'b NO\r\n' }, 'refused-by-server'],
    [
      'sends data before the TLS handshake',
      'outgoing',
      'starttls',
      SMTP,
      { ...EXTENDED, STARTTLS: '220 go\r\n250 x\r\n<tls>' },
      'connection-lost',
    ],
    ['speaks no TLS', 'incoming', 'tls', IMAP, {}, 'tls-failed'],
    ['sends an endless line', 'incoming', 'none', 'x'.repeat(200_000), {}, 'connection-lost'],
    ['sends endless lines', 'outgoing', 'none', '220-x\r\n'.repeat(20_000), {}, 'connection-lost'],
  ])('%s', async (_, side, security, greeting, answers, reason) => {
    await expect(greet(side, await scripted(greeting, answers), security)).rejects.toMatchObject({
      reason,
      server: side,
    });
  });

  it('has the certificate of another host, with TLS or STARTTLS', async () => {
    const port = await scripted(IMAP, {}, true);
    await expect(greet('incoming', port, 'tls', 'other.test')).rejects.toMatchObject({ reason: 'tls-failed' });
    const upgrading = await scripted(SMTP, EXTENDED);
    await expect(greet('outgoing', upgrading, 'starttls', 'other.test')).rejects.toMatchObject({
      reason: 'tls-failed',
    });
  });

  it('sends nothing', async () => {
    await expect(greet('incoming', await scripted(''), 'none', 'mail.test', 200)).rejects.toMatchObject({
      reason: 'timed-out',
    });
    await expect(greet('incoming', await scripted(''), 'tls', 'mail.test', 200)).rejects.toMatchObject({
      reason: 'timed-out',
    });
  });
});
