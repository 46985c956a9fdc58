import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { allOf, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

let service: RunningService;
let admin: Requests;
let inside: Server;
let port: number;
let knocks = 0;

beforeAll(async () => {
  service = await RunningService.start({ env: { ALLOW_PRIVATE_MAIL_HOSTS: 'false' } });
  admin = await service.signedIn();
  inside = createServer(() => knocks++).listen(0);
  await once(inside, 'listening');
  port = (inside.address() as { port: number }).port;
});
afterAll(async () => {
  inside?.close();
  await service?.stop();
});

const spellings = [
  ...['127.0.0.1', '127.1', '127.0.0.2', '0x7f000001', '0x7f.0.0.1', '2130706433', '017700000001', '0177.0.0.1', '0', '0.0.0.0'],
  ...['localhost', 'LOCALHOST', 'localhost.', '127.0.0.1.', '１２７.0.0.1', 'localhost:143', '127.0.0.1:143'],
  ...['::1', '::', '[::1]', '::ffff:127.0.0.1', '::ffff:7f00:1', '[::ffff:127.0.0.1]', '::127.0.0.1', '64:ff9b::7f00:1'],
  ...['10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe'],
  ...['fe80::1', 'fc00::1', 'fd00::1', 'ff02::1', '224.0.0.1', '255.255.255.255', '192.0.2.1', '2001:db8::1', '240.0.0.1'],
];

it.each(
  spellings.flatMap((host) => [
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

it('has connected to nothing inside, and recorded nothing', async () => {
  await service.settled();
  expect([knocks, await allOf(admin, '/api/accounts')]).toEqual([0, []]);
});
