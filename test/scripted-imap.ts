import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Imap, openMailbox } from '../src/mail/servers/imap.js';
import { OutboundGuard } from '../src/mail/servers/outbound-guard.js';
import type { ConnectOptions, ServerSettings } from '../src/mail/servers/servers.js';

export const guard = new OutboundGuard({ allowPrivate: true });
export const login = 'anna@example.test';
export const anna = { login, password: 'secret' };

const opened: Imap[] = [];
const servers: Server[] = [];

/** Opens a mailbox; `closeAll` closes it. */
export async function mailbox(settings: ServerSettings, options: Partial<ConnectOptions> = {}): Promise<Imap> {
  const imap = await openMailbox(settings, anna, { guard, ...options });
  opened.push(imap);
  return imap;
}

/** Closes all mailboxes and servers of this file. */
export async function closeAll(): Promise<void> {
  for (const imap of opened.splice(0)) await imap.close();
  for (const server of servers.splice(0)) server.close();
}

export async function serve(onConnection: (socket: Socket) => void): Promise<ServerSettings> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, security: 'none' };
}

/** A server with one scripted answer per command name: untagged `*` lines as they stand, then the tagged line. */
export function scripted(answers: Record<string, string>, greeting = '* OK ready'): Promise<ServerSettings> {
  return answering((tag, name) => `${answers[name] ?? 'OK'}\r\n`.replace(/^(OK|NO|BAD)/m, `${tag} $1`), greeting);
}

/**
 * @param answer gets tag and name of a command, such as `UID-FETCH`, and the line without its tag; undefined: it
 * answers by `socket` itself
 */
export function answering(
  answer: (tag: string, name: string, socket: Socket, line: string) => string | undefined,
  greeting = '* OK ready',
): Promise<ServerSettings> {
  return serve((socket) => {
    socket.write(`${greeting}\r\n`);
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [tag = '', name = ''] = line.replace(/ UID /, ' UID-').split(' ');
        const words = answer(tag, name.toUpperCase(), socket, line.slice(tag.length + 1));
        if (words !== undefined) socket.write(words);
      }
    });
  });
}

export const capability = (...names: string[]): string => `* CAPABILITY IMAP4rev1 ${names.join(' ')}\r\nOK`;

export const message = (n: number, body = `Hello ${n}`): Buffer =>
  Buffer.from(
    `From: Ben <ben@example.org>\r\nTo: ${login}\r\nSubject: Number ${n}\r\nMessage-ID: <${n}@x>\r\n\r\n${body}\r\n`,
  );

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
