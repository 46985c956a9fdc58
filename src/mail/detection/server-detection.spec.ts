import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { autoconfig, MailWorld, PATIENCE } from '../../../test/mail-world.js';
import { MailDns } from '../servers/mail-dns.js';
import { NotDetected } from './not-detected.js';
import type { UsualPorts } from './offer.js';
import { type Detected, type DetectionLimits, ServerDetection, usualLimits } from './server-detection.js';

const hosts = ['autoconfig.a.test', 'imap.a.test', 'smtp.a.test', 'mx.a.test', 'mail.b.test'];
/** Longer than any test: a step with this limit ends by another limit or not at all. */
const NEVER = 2 ** 31 - 1;

let world: MailWorld;
let mute: MuteServer;

beforeEach(async () => {
  world = await MailWorld.start({ users: {}, hosts });
  mute = await MuteServer.start();
});
afterEach(() => Promise.all([world?.stop(), mute?.stop()]));

/** Accepts every connection and never sends a byte. */
class MuteServer {
  readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.sockets.add(socket.on('error', () => undefined)));
  }

  static async start(): Promise<MuteServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MuteServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }
}

interface Circumstances {
  ports?: Partial<UsualPorts>;
  limits?: Partial<DetectionLimits>;
}

const detect = ({ ports = {}, limits = {} }: Circumstances = {}): Promise<Detected> =>
  new ServerDetection({
    dns: () => new MailDns([world.names.address], PATIENCE),
    ports: { ...world.ports, ...ports },
    allowPrivate: true,
    ca: world.ca,
    limits: { ...usualLimits(PATIENCE), ...limits },
  }).detect('anna@a.test');
const service = (name: string, target: string, port: number): void =>
  world.names.know(`${name}._tcp.a.test`, { srv: [{ target, port }] });
const services = (): void => {
  world.has('mail.b.test');
  service('_imaps', 'mail.b.test', world.ports.imaps);
  service('_submissions', 'mail.b.test', world.ports.submissions);
};
const [securePage, plainPage] = ['https', 'http'].map(
  (protocol) => `${protocol}://autoconfig.a.test/mail/config-v1.1.xml`,
) as [string, string];

describe('the limit for the whole detection holds', () => {
  /**
   * Only `limits.all` can end a detection here. It doubles until detection reaches the step that hangs.
   * @returns the number of detections that the limit ended
   */
  const endsWith = async (isReached: () => boolean, ports: Partial<UsualPorts> = {}): Promise<number> => {
    let ended = 0;
    for (let all = 250; !isReached(); all *= 2, ended++)
      await expect(detect({ ports, limits: { all, find: NEVER, greet: NEVER } })).rejects.toBeInstanceOf(NotDetected);
    return ended;
  };

  it('when no name server answers, before the resolver repeats its queries', async () => {
    const { names } = world;
    names.isSilentAbout = () => true;
    const ended = await endsWith(() =>
      ['autoconfig.a.test', '_imaps._tcp.a.test', 'imap.a.test'].every((name) => names.asked.includes(name)),
    );
    expect(names.asked.filter((name) => name === 'imap.a.test').length).toBeLessThanOrEqual(2 * ended);
  });

  it('when web servers accept the connection and never answer', async () => {
    world.has('autoconfig.a.test');
    await endsWith(() => mute.sockets.size >= 2, { https: mute.port, http: mute.port });
  });

  it('when web servers never end their answer', async () => {
    world.has('autoconfig.a.test');
    for (const url of [securePage, plainPage]) world.shows(url, (_, answer) => void answer.write('<'));
    await endsWith(() => world.asked.length >= 2);
  });

  it('when mail servers accept the connection and never greet', async () => {
    world.has('imap.a.test', 'smtp.a.test');
    const { port } = mute;
    const ports = { imaps: port, imap: port, submissions: port, submission: port };
    await endsWith(() => mute.sockets.size >= 6, ports);
  });
});

describe('a source that hangs uses only its own time limit', () => {
  it('and SRV records are found when web servers never answer', async () => {
    world.has('autoconfig.a.test');
    services();
    const found = await detect({ ports: { https: mute.port, http: mute.port }, limits: { find: 2000 } });
    expect(found).toMatchObject({
      source: 'srv',
      incoming: { host: 'mail.b.test', port: world.ports.imaps, security: 'tls' },
    });
  });

  it('and the next server is found when a mail server never greets', async () => {
    world.has('imap.a.test', 'smtp.a.test');
    service('_imaps', 'imap.a.test', mute.port);
    service('_submissions', 'smtp.a.test', world.ports.submissions);
    world.shows(
      securePage,
      autoconfig({ host: 'imap.a.test', port: mute.port }, { host: 'smtp.a.test', port: mute.port }),
    );
    world.has('autoconfig.a.test');
    expect(await detect({ limits: { greet: 3000 } })).toMatchObject({
      source: 'srv',
      incoming: { host: 'imap.a.test', port: world.ports.imaps },
      outgoing: { host: 'smtp.a.test', port: world.ports.submissions },
    });
  });
});

describe('a service that the domain states not to offer (RFC 6186 §3.4)', () => {
  beforeEach(() => world.has('imap.a.test', 'smtp.a.test', 'mx.a.test'));
  const denied = (...names: string[]): void => names.forEach((name) => service(name, '.', 0));

  it('is neither guessed nor searched at the mail exchanger', async () => {
    denied('_imaps', '_imap');
    world.names.know('a.test', { mx: ['mx.a.test'] });
    const failure: unknown = await detect().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotDetected);
    expect(failure).toMatchObject({
      attempt: { missing: ['incoming'] },
      found: { outgoing: { host: 'smtp.a.test', port: world.ports.submissions } },
    });
  });

  it('does not exclude a service for the same side with other security', async () => {
    denied('_imaps', '_submission');
    service('_imap', 'imap.a.test', world.ports.imap);
    service('_submissions', 'smtp.a.test', world.ports.submissions);
    expect(await detect()).toMatchObject({
      source: 'srv',
      incoming: { host: 'imap.a.test', port: world.ports.imap },
      outgoing: { host: 'smtp.a.test', port: world.ports.submissions },
    });
  });

  it('is accepted when the published settings of the domain contain it', async () => {
    denied('_imaps', '_imap', '_submissions', '_submission');
    world.has('autoconfig.a.test', 'mail.b.test');
    const { imaps, submissions } = world.ports;
    world.shows(
      securePage,
      autoconfig({ host: 'mail.b.test', port: imaps }, { host: 'mail.b.test', port: submissions }),
    );
    expect(await detect()).toMatchObject({ source: 'autoconfig', incoming: { host: 'mail.b.test' } });
  });
});
