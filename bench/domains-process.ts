import { createServer } from 'node:net';
import { MailWorld } from '../test/mail-world.js';
import { inhabit, manyDomains, MUTE_ADDRESS } from './many-domains.js';

const domains = manyDomains(Number(process.argv[2]));
const world = await MailWorld.start({ users: {}, hosts: domains.map(({ name }) => `*.${name}`) });
inhabit(world, domains);
for (const port of Object.values(world.ports))
  createServer((socket) => socket.on('error', () => undefined)).listen(port, MUTE_ADDRESS);
const { ports, ca, names } = world;
process.stdout.write(`the domains are ready: ${JSON.stringify({ ports, ca, nameServer: names.address })}\n`);
process.on('SIGTERM', () => process.exit(0));
