import { connect, type Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { dial, networkReason } from '../servers/dial.js';
import { type ConnectOptions, MailServerFailure, type ServerSettings } from '../servers/servers.js';
import type { Side } from './offer.js';
import { Wire } from './wire.js';

/**
 * A server is believed once it has greeted as what it is said to be: over verified TLS, or after a STARTTLS that went through. Says
 * goodbye and nothing about anybody.
 * @throws MailServerFailure
 */
export function greets(side: Side, server: ServerSettings, options: ConnectOptions): Promise<void> {
  const words = (error: unknown): MailServerFailure => {
    if (error instanceof MailServerFailure) return error;
    const known = isNativeError(error) ? error : new Error(String(error));
    const reason = networkReason(known, (known as NodeJS.ErrnoException).code) ?? 'connection-lost';
    return new MailServerFailure(reason, known.message, side);
  };
  return dial(server, options, words, async ({ address, timeoutMs, signal }) => {
    const socket = connect({ host: address, port: server.port });
    const wire = new Wire(socket, server.host, options.ca);
    const limit = setTimeout(() => wire.fail(timedOut(side)), timeoutMs);
    const giveUp = (): void => wire.fail(timedOut(side));
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await connected(socket);
      if (server.security === 'tls') await wire.secure();
      await CONVERSATION[side](wire, server);
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

const CONVERSATION: Record<Side, (wire: Wire, server: ServerSettings) => Promise<void>> = {
  incoming: imap,
  outgoing: smtp,
};

async function imap(wire: Wire, { security }: ServerSettings): Promise<void> {
  const said = await wire.line();
  if (!/^\* OK\b/i.test(said))
    throw new MailServerFailure('refused-by-server', `no IMAP greeting: ${said}`, 'incoming');
  if (security !== 'tls') {
    const capabilities = await command(wire, 'a', 'CAPABILITY');
    if (security === 'none' && /\bLOGINDISABLED\b/i.test(capabilities))
      throw new MailServerFailure('refused-by-server', 'it takes no login without encryption', 'incoming');
    if (security === 'starttls') {
      if (!/\bSTARTTLS\b/i.test(capabilities)) throw new MailServerFailure('starttls-not-offered', '', 'incoming');
      await command(wire, 'b', 'STARTTLS');
      await wire.secure();
    }
  }
  wire.send('c LOGOUT');
}

async function command(wire: Wire, tag: string, what: string): Promise<string> {
  wire.send(`${tag} ${what}`);
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
      throw new MailServerFailure('refused-by-server', `no SMTP ${code}: ${line}`, 'outgoing');
    if (line[3] !== '-') return lines.join('\n');
  }
}
