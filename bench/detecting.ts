import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { get } from 'node:https';
import { connect } from 'node:tls';
import { NotDetected } from '../src/mail/detection/not-detected.js';
import type { UsualPorts } from '../src/mail/detection/offer.js';
import { ServerDetection, usualLimits } from '../src/mail/detection/server-detection.js';
import { MailDns } from '../src/mail/servers/mail-dns.js';
import { type Figure, inTurn } from './figure.js';
import type { Ground } from './ground.js';
import { type Domain, FOUND_BY, manyDomains } from './many-domains.js';
import { said, spawned } from './service-process.js';

const PROMISED_S = 10;

interface World {
  ports: UsualPorts;
  ca: string;
  nameServer: string;
}

/**
 * Detection of the servers of many domains at once: the slowest against the promise, the others against the same bare
 * requests.
 */
export async function detecting(ground: Ground): Promise<Figure[]> {
  const domains = manyDomains(ground.small ? 20 : 100);
  const child = spawned(ground, new URL('./domains-process.js', import.meta.url), {}, [String(domains.length)]);
  const { ports, ca, nameServer } = JSON.parse(/ready: (.*)/.exec(await said(child, 'ready'))![1]!) as World;
  const detection = new ServerDetection({
    dns: () => new MailDns([nameServer]),
    ports,
    allowPrivate: true,
    ca,
    limits: usualLimits(),
  });
  const seconds = async (work: Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work;
    return (performance.now() - begun) / 1000;
  };
  let [searches, right] = [0, 0];
  const found = async ({ name, kind }: Domain): Promise<void> => {
    const source = await detection.detect(`anna@${name}`).then(
      (detected) => detected.source,
      (error: unknown) => {
        if (error instanceof NotDetected) return null;
        throw error;
      },
    );
    searches++;
    if (source === FOUND_BY[kind]) right++;
  };
  ground.say(`detecting ${domains.length} domains`);
  const slowest = async (): Promise<number> =>
    Math.max(...(await Promise.all(domains.map((domain) => seconds(found(domain))))));
  const prompt = domains.filter(({ hangs }) => !hangs);
  const perSecond = async (asked: (domain: Domain) => Promise<void>): Promise<number> =>
    prompt.length / (await seconds(Promise.all(prompt.map(asked))));
  const bare = new Bare({ ports, ca, nameServer });
  await perSecond(found);
  const { ours, limit } = await inTurn(ground.small ? 1 : 7, {
    limit: () => perSecond((domain) => bare.asked(domain)),
    ours: () => perSecond(found),
  });
  const slow = await inTurn(ground.small ? 1 : 3, { ours: slowest });
  return [
    {
      what: `slowest of ${domains.length} detections at once`,
      unit: 's',
      ours: slow.ours,
      limit: [PROMISED_S],
      limitIs: 'promised',
      target: { atMost: 1 },
    },
    {
      what: `${prompt.length} detections at once, none hangs`,
      unit: '/s',
      ours,
      limit,
      limitIs: 'the same bare requests',
      target: { atLeast: 0.3 },
    },
    {
      what: 'detections from the published source',
      unit: '%',
      ours: [(100 * right) / searches],
      limit: [100],
      limitIs: 'all',
      target: { atLeast: 1 },
    },
  ];
}

/** The least requests of a detection, made by Node alone: names, published settings, greetings of servers. */
class Bare {
  constructor(private readonly world: World) {}

  async asked({ name, kind }: Domain): Promise<void> {
    const resolver = new dns.Resolver();
    resolver.setServers([this.world.nameServer]);
    const addresses = ['autoconfig', 'imap', 'smtp', 'mail', 'poczta'].map((host) => `${host}.${name}`).concat(name);
    const services = ['_imaps', '_imap', '_submissions', '_submission'].map((service) => `${service}._tcp.${name}`);
    await Promise.allSettled([
      ...addresses.flatMap((host) => [resolver.resolve4(host), resolver.resolve6(host)]),
      ...services.map((service) => resolver.resolveSrv(service)),
      resolver.resolveMx(name),
    ]);
    if (kind === 'autoconfig') await this.page(`autoconfig.${name}`);
    const { imaps, submissions } = this.world.ports;
    const [incoming, outgoing] = kind === 'guess' ? ['imap', 'smtp'] : ['mail', 'mail'];
    await Promise.all([this.greeting(`${incoming}.${name}`, imaps), this.greeting(`${outgoing}.${name}`, submissions)]);
  }

  private async page(host: string): Promise<void> {
    const { ports, ca } = this.world;
    const asking = get({
      host: '127.0.0.1',
      port: ports.https,
      servername: host,
      headers: { Host: host },
      path: '/mail/config-v1.1.xml',
      ca,
    });
    const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
    answer.resume();
    await once(answer, 'end');
  }

  private async greeting(servername: string, port: number): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port, servername, ca: this.world.ca });
    await once(socket, 'data');
    socket.destroy();
  }
}
