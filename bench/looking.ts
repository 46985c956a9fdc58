import { setTimeout as pause } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { Dovecot } from '../test/dovecot.js';
import { mailServer } from './fetching.js';
import { type Figure, inTurn } from './figure.js';
import type { Ground } from './ground.js';
import { mailbox } from './mailbox.js';
import { ServiceProcess } from './service-process.js';

const ANNA = 'anna@example.test';
const ASK_MS = 20;
const MARKED_WITHIN_MS = 5000;

/**
 * A fetch that finds nothing, one that finds a changed flag, and marks for the server to follow, against bare imapflow
 * (`SELECT`, `FETCH FLAGS`).
 */
export async function looking(ground: Ground): Promise<Figure[]> {
  const [count, rounds] = ground.small ? [500, 1] : [10_000, 5];
  const server = await mailServer(ground);
  server.fill(ANNA, 'INBOX', mailbox(count));
  const service = await ServiceProcess.start(ground, await ground.database());
  const at = { host: server.host, port: server.imapPort, security: 'none' };
  const { id } = await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', {
    address: ANNA,
    login: ANNA,
    password: server.users[ANNA],
    incoming: at,
    outgoing: at,
  });
  ground.say('fetching');
  await fetchMs(service, id);
  await fetchMs(service, id);
  await service.caughtUp();
  const other = await connected(server);
  const flagged = async (): Promise<number> => {
    await other.messageFlagsAdd('1', ['\\Flagged']);
    const ms = await fetchMs(service, id);
    await other.messageFlagsRemove('1', ['\\Flagged']);
    await fetchMs(service, id);
    return ms;
  };
  ground.say('looking');
  const sides = { bare: () => bareMs(server), nothing: () => fetchMs(service, id), one: flagged };
  const { bare, nothing, one } = await inTurn(rounds, sides);
  ground.say('marking');
  const { shown, followed } = await markedMs(service, other, id);
  await other.logout();
  await service.stop();
  const limit = { unit: 'ms', limit: bare, limitIs: 'imapflow, all flags' };
  return [
    { what: `look at ${count} messages, nothing new`, ours: nothing, ...limit, target: { atMost: 1.5 } },
    { what: `look at ${count} messages, one flag`, ours: one, ...limit, target: { atMost: 2 } },
    {
      what: `${count} messages marked, on the server`,
      unit: 'ms',
      ours: [followed],
      limit: [MARKED_WITHIN_MS],
      limitIs: 'promised',
      target: { atMost: 1 },
    },
    {
      what: `${count} messages marked, in the list`,
      unit: 'ms',
      ours: [shown],
      limit: [MARKED_WITHIN_MS],
      limitIs: 'for information',
    },
  ];
}

/** From the login to the end of a fetch, as the service records it. */
async function fetchMs(service: ServiceProcess, account: string): Promise<number> {
  const { fetchId } = await service.ask<{ fetchId: string }>('POST', `/api/accounts/${account}/fetch`);
  await service.caughtUp('fetches');
  for (;;) {
    const { startedAt, endedAt } = await service.ask<{ startedAt: string; endedAt: string | null }>(
      'GET',
      `/api/fetches/${fetchId}`,
    );
    if (endedAt !== null) return Date.parse(endedAt) - Date.parse(startedAt);
    await pause(ASK_MS);
  }
}

async function connected({ host, imapPort: port, users }: Dovecot): Promise<ImapFlow> {
  const auth = { user: ANNA, pass: users[ANNA]! };
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  await client.mailboxOpen('INBOX');
  return client;
}

async function bareMs(server: Dovecot): Promise<number> {
  const begun = performance.now();
  const client = await connected(server);
  let rows = 0;
  for await (const { flags } of client.fetch('1:*', { uid: true, flags: true })) rows += flags ? 1 : 0;
  const ms = performance.now() - begun;
  await client.logout();
  if (rows === 0) throw new Error('no flags were read');
  return ms;
}

/** Marks all messages as read: until the list shows it, and until the server has all flags. */
async function markedMs(service: ServiceProcess, other: ImapFlow, account: string) {
  await service.caughtUp();
  const upTo = (await service.ask<{ head: string }>('GET', '/health/ready')).head;
  const begun = performance.now();
  await service.ask('POST', `/api/accounts/${account}/change`, { match: { unread: true }, upTo, set: { seen: true } });
  await service.caughtUp('mailbox-view');
  const shown = performance.now() - begun;
  for (;;) {
    // Dovecot tells the state at the opening of the folder without it.
    await other.noop();
    const status = await other.status('INBOX', { unseen: true });
    if (status && status.unseen === 0) break;
    await pause(ASK_MS);
  }
  return { shown, followed: performance.now() - begun };
}
