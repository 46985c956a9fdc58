import { once } from 'node:events';
import { createServer, isIP, isIPv4, type Server } from 'node:net';
import { forbiddenSpellings } from '../forbidden-spellings.js';
import { USUAL_PORTS } from '../../src/mail/detection/offer.js';
import { PATIENCE } from '../mail-world.js';
import { NameServer, type Zone } from '../name-server.js';
import { allOf, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

let service: RunningService;
let admin: Requests;
let inside: Server;
let names: NameServer;
let port: number;
let knocks = 0;

beforeAll(async () => {
  inside = createServer(() => knocks++).listen(0);
  await once(inside, 'listening');
  port = (inside.address() as { port: number }).port;
  names = await NameServer.start({ localhost: { a: ['127.0.0.1'] } });
  const ports = Object.fromEntries(Object.keys(USUAL_PORTS).map((name) => [name, port]));
  service = await RunningService.start({
    env: { ALLOW_PRIVATE_MAIL_HOSTS: 'false', MAIL_DNS_SERVERS: names.address },
    config: { mailWorld: { ports, patience: PATIENCE } },
  });
  admin = await service.signedIn();
});
afterAll(async () => {
  inside?.close();
  await Promise.all([service?.stop(), names?.stop()]);
});

it.each(
  forbiddenSpellings.flatMap((host) => [
    ['incoming', host],
    ['outgoing', host],
  ]),
)('connects to no %s server at %s', async (which, host) => {
  const outside = { host: 'mail.nowhere.invalid', port: 993, security: 'tls' };
  const servers = { incoming: outside, outgoing: outside, [which]: { host, port, security: 'none' } };
  const sendOnly = which === 'outgoing';
  const body = { address: 'anna@example.test', password: 'secret', sendOnly, ...servers };
  expect(await admin.post('/api/accounts', body)).toMatchObject({
    status: 422,
    body: { reason: 'host-not-allowed', server: which },
  });
});

const NAMES = ['', 'imap.', 'smtp.', 'mail.', 'autoconfig.'];
let domains = 0;
/** Makes a domain with this zone for every host name that detection tries. */
function domainAt(zone: Zone): string {
  const domain = `d${domains++}.test`;
  for (const name of NAMES) names.know(`${name}${domain}`, zone);
  return domain;
}
const NOT_DETECTED = { status: 422, body: { reason: 'settings-not-detected' } };
const detect = (domain: string) => admin.post('/api/accounts/detect', { address: `anna@${domain}` });

it.each(forbiddenSpellings.filter((spelling) => isIP(spelling) !== 0))(
  'detects nothing when host names resolve to %s',
  async (address) => {
    const zone = isIPv4(address) ? { a: [address] } : { aaaa: [address] };
    const answer = await detect(domainAt(zone));
    expect(answer).toMatchObject(NOT_DETECTED);
    expect(answer.body.detail).toMatch(/is not at a public address/);
  },
);

it('detects nothing when a host name has a public and a private address', async () => {
  expect(await detect(domainAt({ a: ['93.184.215.14', '127.0.0.1'] }))).toMatchObject(NOT_DETECTED);
  expect(await detect(domainAt({ a: ['93.184.215.14'], aaaa: ['::1'] }))).toMatchObject(NOT_DETECTED);
});

it.each(forbiddenSpellings.filter((spelling) => /^[\w.]+$/.test(spelling)))(
  'detects nothing when a domain publishes %s as its server or mail exchanger, or is spelt like that',
  async (host) => {
    const domain = domainAt({ mx: [host] });
    for (const service of ['_imaps._tcp', '_imap._tcp', '_submissions._tcp', '_submission._tcp'])
      names.know(`${service}.${domain}`, { srv: [{ target: host, port }] });
    expect(await detect(domain)).toMatchObject(NOT_DETECTED);
    expect([400, 422]).toContain((await detect(host)).status);
    expect([400, 422]).toContain(
      (await admin.post('/api/accounts', { address: `anna@${host}`, password: 'secret' })).status,
    );
  },
);

it('has made no connection to a private address, and recorded no account', async () => {
  await service.settled();
  expect([knocks, await allOf(admin, '/api/accounts')]).toEqual([0, []]);
});
