import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { selfSigned } from '../../../test/self-signed.js';
import { OutboundGuard } from '../servers/outbound-guard.js';
import { greets } from './greeting.js';
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

/** Says its greeting, then an answer to each line it hears; `<tls>` begins TLS. */
async function speaking(greeting: string, answers: Record<string, string> = {}, tls = false): Promise<number> {
  const secured = (socket: Socket): Socket =>
    new TLSSocket(socket, {
      isServer: true,
      key: readFileSync(join(dir, 'tls.key')),
      cert: readFileSync(join(dir, 'tls.crt')),
    });
  const listen = (socket: Socket): void => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const heard = chunk.toString('latin1').trim();
      const said = answers[heard.replace(/^[abc] /, '').split(' ')[0]!] ?? '';
      socket.write(said.replace('<tls>', ''));
      if (!said.includes('<tls>')) return;
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

const asked = (
  side: Side,
  port: number,
  security: 'tls' | 'starttls' | 'none',
  host = 'mail.test',
  timeoutMs = 10_000,
) => greets(side, { host, port, security }, { guard, ca, timeoutMs });

const IMAP = '* OK ready\r\n';
const CAPABLE = { CAPABILITY: '* CAPABILITY IMAP4rev1 STARTTLS\r\na OK done\r\n', STARTTLS: 'b OK go\r\n<tls>' };
const SMTP = '220-mail\r\n220 ready\r\n';
const EXTENDED = { EHLO: '250-mail\r\n250-STARTTLS\r\n250 SIZE\r\n', STARTTLS: '220 go\r\n<tls>' };

describe('a server is believed', () => {
  it.each<[string, Side, 'tls' | 'starttls' | 'none', string, Record<string, string>]>([
    ['IMAP in TLS', 'incoming', 'tls', IMAP, {}],
    ['IMAP with STARTTLS', 'incoming', 'starttls', IMAP, CAPABLE],
    ['IMAP', 'incoming', 'none', IMAP, CAPABLE],
    ['SMTP in TLS', 'outgoing', 'tls', SMTP, EXTENDED],
    ['SMTP with STARTTLS', 'outgoing', 'starttls', SMTP, EXTENDED],
    ['SMTP', 'outgoing', 'none', SMTP, EXTENDED],
  ])('that greets as %s', async (_, side, security, greeting, answers) => {
    await asked(side, await speaking(greeting, answers, security === 'tls'), security);
  });
});

describe('a server is not believed', () => {
  it.each<[string, Side, 'tls' | 'starttls' | 'none', string, Record<string, string>, string]>([
    ['says BYE', 'incoming', 'none', '* BYE busy\r\n', {}, 'refused-by-server'],
    ['speaks POP3', 'incoming', 'none', '+OK ready\r\n', {}, 'refused-by-server'],
    ['speaks SMTP where IMAP belongs', 'incoming', 'none', SMTP, {}, 'refused-by-server'],
    ['speaks HTTP', 'outgoing', 'none', 'HTTP/1.1 400 Bad Request\r\n\r\n', {}, 'refused-by-server'],
    ['speaks IMAP where SMTP belongs', 'outgoing', 'none', IMAP, {}, 'refused-by-server'],
    ['turns everybody away', 'outgoing', 'none', '554 go away\r\n', {}, 'refused-by-server'],
    ['knows no EHLO', 'outgoing', 'none', SMTP, { EHLO: '502 what?\r\n' }, 'refused-by-server'],
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
      'says more before TLS begins',
      'outgoing',
      'starttls',
      SMTP,
      { ...EXTENDED, STARTTLS: '220 go\r\n250 x\r\n<tls>' },
      'connection-lost',
    ],
    ['speaks no TLS', 'incoming', 'tls', IMAP, {}, 'tls-failed'],
    ['says one line without end', 'incoming', 'none', 'x'.repeat(200_000), {}, 'connection-lost'],
    ['says lines without end', 'outgoing', 'none', '220-x\r\n'.repeat(20_000), {}, 'connection-lost'],
  ])('that %s', async (_, side, security, greeting, answers, reason) => {
    await expect(asked(side, await speaking(greeting, answers), security)).rejects.toMatchObject({
      reason,
      server: side,
    });
  });

  it('whose certificate is another one’s, at once or after STARTTLS', async () => {
    const port = await speaking(IMAP, {}, true);
    await expect(asked('incoming', port, 'tls', 'other.test')).rejects.toMatchObject({ reason: 'tls-failed' });
    const upgrading = await speaking(SMTP, EXTENDED);
    await expect(asked('outgoing', upgrading, 'starttls', 'other.test')).rejects.toMatchObject({
      reason: 'tls-failed',
    });
  });

  it('that keeps silent', async () => {
    await expect(asked('incoming', await speaking(''), 'none', 'mail.test', 200)).rejects.toMatchObject({
      reason: 'timed-out',
    });
    await expect(asked('incoming', await speaking(''), 'tls', 'mail.test', 200)).rejects.toMatchObject({
      reason: 'timed-out',
    });
  });
});
