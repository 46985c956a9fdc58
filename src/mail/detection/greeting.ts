import { connect, type Socket } from 'node:net';
import { dial } from '../servers/dial.js';
import { networkReason, networkWords } from '../servers/network-failure.js';
import { type ConnectOptions, MailServerFailure, type ServerSettings } from '../servers/servers.js';
import type { Side } from './offer.js';
import { Wire } from './wire.js';

/**
 * Checks that a server greets with the expected protocol and security: over verified TLS, after a successful STARTTLS,
 * or unencrypted. Sends no login and no address, and ends with LOGOUT or QUIT.
 * @throws MailServerFailure
 */
export function requireGreeting(side: Side, server: ServerSettings, options: ConnectOptions): Promise<void> {
  const toFailure = (error: unknown): MailServerFailure => {
    if (error instanceof MailServerFailure) return error;
    const foreign = error instanceof Error ? error : new Error(String(error));
    const { code } = foreign as NodeJS.ErrnoException;
    return new MailServerFailure(
      networkReason(foreign, code) ?? 'connection-lost',
      networkWords(code) ?? foreign.message,
      side,
    );
  };
  return dial(server, options, toFailure, async ({ address, timeoutMs, signal }) => {
    const socket = connect({ host: address, port: server.port });
    const wire = new Wire(socket, server.host, options.ca);
    const limit = setTimeout(() => wire.fail(timedOut(side)), timeoutMs);
    const giveUp = (): void => wire.fail(timedOut(side));
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await connected(socket);
      if (server.security === 'tls') await wire.secure();
      await DIALOGUE[side](wire, server);
    } finally {
      signal.removeEventListener('abort', giveUp);
      clearTimeout(limit);
      wire.close();
    }
  });
}

const timedOut = (side: Side): MailServerFailure => new MailServerFailure('timed-out', 'no greeting', side);

const connected = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed while connecting')));
  });

const DIALOGUE: Record<Side, (wire: Wire, server: ServerSettings) => Promise<void>> = {
  incoming: imap,
  outgoing: smtp,
};

async function imap(wire: Wire, { security }: ServerSettings): Promise<void> {
  const greeting = await wire.line();
  if (!/^\* OK\b/i.test(greeting))
    throw new MailServerFailure('refused-by-server', `no IMAP greeting: ${greeting}`, 'incoming');
  if (security !== 'tls') {
    const capabilities = await command(wire, 'a', 'CAPABILITY');
    if (security === 'none' && /\bLOGINDISABLED\b/i.test(capabilities))
      throw new MailServerFailure('refused-by-server', 'no login without encryption', 'incoming');
    if (security === 'starttls') {
      if (!/\bSTARTTLS\b/i.test(capabilities)) throw new MailServerFailure('starttls-not-offered', '', 'incoming');
      await command(wire, 'b', 'STARTTLS');
      await wire.secure();
    }
  }
  wire.send('c LOGOUT');
}

async function command(wire: Wire, tag: string, name: string): Promise<string> {
  wire.send(`${tag} ${name}`);
  const lines: string[] = [];
  for (;;) {
    const line = await wire.line();
    lines.push(line);
    if (!line.startsWith(`${tag} `)) continue;
    if (/^\S+ OK\b/i.test(line)) return lines.join('\n');
    throw new MailServerFailure('refused-by-server', line, 'incoming');
  }
}

async function smtp(wire: Wire, { security }: ServerSettings): Promise<void> {
  await reply(wire, '220');
  wire.send('EHLO [127.0.0.1]');
  const extensions = await reply(wire, '250');
  if (security === 'starttls') {
    if (!/^250[ -]STARTTLS\b/im.test(extensions)) throw new MailServerFailure('starttls-not-offered', '', 'outgoing');
    wire.send('STARTTLS');
    await reply(wire, '220');
    await wire.secure();
  }
  wire.send('QUIT');
}

async function reply(wire: Wire, code: string): Promise<string> {
  const lines: string[] = [];
  for (;;) {
    const line = await wire.line();
    lines.push(line);
    if (!line.startsWith(code))
      throw new MailServerFailure('refused-by-server', `no SMTP reply ${code}: ${line}`, 'outgoing');
    if (line[3] !== '-') return lines.join('\n');
  }
}
