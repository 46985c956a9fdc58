import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  createServer as createWeb,
  type IncomingMessage,
  type RequestListener,
  type Server as WebServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureWeb } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { once } from 'node:events';
import { type MailServer, startMailServer } from './mail-server/mail-server.js';
import type { UsualPorts } from '../src/mail/detection/offer.js';
import { NameServer } from './name-server.js';
import { selfSigned } from './self-signed.js';

/** Multiplier of all timeouts, so that a busy machine changes no result. Tests of a timeout set a smaller one. */
export const PATIENCE = 10;

/** A handler of one page. */
export type Page = (request: IncomingMessage, answer: ServerResponse) => void;

/**
 * An internet on loopback: a name server, a web server (404 for unknown pages), and a mail server with and without TLS.
 * Its certificate is valid for the hosts given at the start.
 */
export class MailWorld {
  readonly pages = new Map<string, Page>();
  /** URL of every requested page, in order */
  readonly asked: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly names: NameServer,
    readonly mail: MailServer,
    private readonly dir: string,
    readonly ca: string,
  ) {}

  ports!: UsualPorts;
  private servers: (Server | WebServer)[] = [];

  static async start({
    users,
    hosts,
  }: {
    users: Record<string, string>;
    hosts: readonly string[];
  }): Promise<MailWorld> {
    const dir = mkdtempSync(join(tmpdir(), 'mail-world-'));
    const ca = selfSigned(dir, hosts);
    const world = new MailWorld(await NameServer.start(), await startMailServer({ users }), dir, ca);
    const tls = { key: readFileSync(join(dir, 'tls.key')), cert: ca };
    const page =
      (protocol: string): RequestListener =>
      (request, answer) =>
        world.answer(`${protocol}://${request.headers.host}${request.url}`, request, answer);
    const tlsProxy = (port: number): Server =>
      createTls(tls, (secure) => {
        const plain = connect(port, '127.0.0.1');
        const close = (): void => [secure, plain].forEach((end) => end.destroy());
        for (const end of [secure, plain]) end.on('error', close).once('close', close);
        secure.pipe(plain).pipe(secure);
      });
    world.ports = {
      https: await world.listen(createSecureWeb(tls, page('https'))),
      http: await world.listen(createWeb(page('http'))),
      imaps: await world.listen(tlsProxy(world.mail.imapPort)),
      imap: world.mail.imapPort,
      submissions: await world.listen(tlsProxy(world.mail.smtpPort)),
      submission: world.mail.smtpPort,
    };
    return world;
  }

  /** Configuration for `RunningService.start`. */
  get config() {
    return {
      mailDnsServers: [this.names.address],
      mailWorld: { ports: { ...this.ports }, ca: this.ca, patience: PATIENCE },
    };
  }

  /** Host names that lead to this world. */
  has(...hosts: string[]): void {
    for (const host of hosts) this.names.know(host, { a: ['127.0.0.1'] });
  }

  /** Adds a page. @param url without the query */
  shows(url: string, page: string | Page): void {
    this.pages.set(url, typeof page === 'string' ? (_, answer) => answer.end(page) : page);
  }

  async stop(): Promise<void> {
    const closed = this.servers.map((server) => once(server, 'close'));
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([...closed, this.names.stop(), this.mail.stop()]);
    rmSync(this.dir, { recursive: true, force: true });
  }

  private answer(url: string, request: IncomingMessage, answer: ServerResponse): void {
    this.asked.push(url);
    const page = this.pages.get(url.replace(/\?.*/, ''));
    if (page) page(request, answer);
    else answer.writeHead(404).end();
  }

  private async listen(server: Server | WebServer): Promise<number> {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
}

interface Place {
  host: string;
  port: number;
  /** a word of the format: SSL, STARTTLS, plain */
  socketType?: string;
  username?: string;
}

/** A `config-v1.1.xml` of Thunderbird's autoconfiguration. */
export function autoconfig(incoming: Place, outgoing: Place): string {
  const server = (
    name: string,
    type: string,
    { host, port, socketType = 'SSL', username = '%EMAILADDRESS%' }: Place,
  ): string =>
    `<${name} type="${type}"><hostname>${host}</hostname><port>${port}</port><socketType>${socketType}</socketType>` +
    `<username>${username}</username><authentication>password-cleartext</authentication></${name}>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<clientConfig version="1.1"><emailProvider id="x"><domain>x</domain>` +
    `${server('incomingServer', 'pop3', { ...incoming, port: 995 })}${server('incomingServer', 'imap', incoming)}` +
    `${server('outgoingServer', 'smtp', outgoing)}</emailProvider></clientConfig>`
  );
}
