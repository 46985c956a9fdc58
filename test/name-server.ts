import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type Packet } from 'dns-packet';

/** Records of one name; `mx` in order of preference. */
export interface Zone {
  a?: string[];
  aaaa?: string[];
  mx?: string[];
  txt?: string[];
  srv?: { target: string; port: number; priority?: number }[];
}

/** Receive buffer: large enough for many queries at the same moment. */
const RECEIVED_BYTES = 4 * 1024 * 1024;

/** A name server on loopback: NXDOMAIN for every name without records. */
export class NameServer {
  /** every requested name, in order */
  readonly asked: string[] = [];
  /** True for a name: the server answers its queries only at `stop`, with NXDOMAIN. */
  isSilentAbout: (name: string) => boolean = () => false;
  private readonly unanswered: [Buffer, RemoteInfo][] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly zones: Map<string, Zone>,
  ) {
    socket.on('message', (message, from) => this.receive(message, from));
  }

  static async start(zones: Record<string, Zone> = {}): Promise<NameServer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVED_BYTES }).bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket, new Map(Object.entries(zones)));
  }

  /** in the format of MAIL_DNS_SERVERS */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  know(name: string, zone: Zone): void {
    this.zones.set(name, zone);
  }

  async stop(): Promise<void> {
    this.zones.clear();
    await Promise.all(this.unanswered.map(([message, from]) => this.reply(message, from)));
    this.socket.close();
    await once(this.socket, 'close');
  }

  private receive(message: Buffer, from: RemoteInfo): void {
    const names = (decode(message).questions ?? []).map(({ name }) => name.toLowerCase());
    this.asked.push(...names);
    if (names.some(this.isSilentAbout)) this.unanswered.push([message, from]);
    else void this.reply(message, from);
  }

  private reply(message: Buffer, from: RemoteInfo): Promise<void> {
    const query = decode(message);
    const [{ name: asked, type } = { name: '', type: 'A' as const }] = query.questions ?? [];
    const zone = this.zones.get(asked.toLowerCase());
    const NXDOMAIN = 3;
    const packet: Packet = {
      type: 'response',
      id: query.id ?? 0,
      flags: 0x8180 | (zone ? 0 : NXDOMAIN),
      questions: query.questions ?? [],
      answers: answers(asked, zone ?? {}).filter((answer) => answer.type === type),
    };
    return new Promise((resolve) => this.socket.send(encode(packet), from.port, from.address, () => resolve()));
  }
}

const answers = (name: string, { a = [], aaaa = [], mx = [], txt = [], srv = [] }: Zone): Answer[] => [
  ...a.map((data): Answer => ({ type: 'A', name, ttl: 0, data })),
  ...aaaa.map((data): Answer => ({ type: 'AAAA', name, ttl: 0, data })),
  ...mx.map((exchange, preference): Answer => ({ type: 'MX', name, ttl: 0, data: { exchange, preference } })),
  ...txt.map((data): Answer => ({ type: 'TXT', name, ttl: 0, data: data.match(/.{1,255}/gs) ?? [''] })),
  ...srv.map(({ target, port, priority = 0 }): Answer => ({
    type: 'SRV',
    name,
    ttl: 0,
    data: { target, port, priority, weight: 1 },
  })),
];
