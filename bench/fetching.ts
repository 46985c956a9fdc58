import { setTimeout as pause } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { type Dovecot, startDovecot } from '../test/dovecot.js';
import { type Figure, inTurn } from './figure.js';
import type { Ground } from './ground.js';
import { largeMessage, mailbox } from './mailbox.js';
import { hasMbsync, mbsync } from './mbsync.js';
import { processorTimeOfPostgres } from './processor-time.js';
import { ServiceProcess } from './service-process.js';

const [ANNA, BEN, CARL] = ['anna@example.test', 'ben@example.test', 'carl@example.test'] as const;
const LARGE_MB = 100;
const MEMORY_MB = 150;

export async function mailServer(ground: Ground): Promise<Dovecot> {
  const server = await startDovecot({ users: { [ANNA]: 'secret', [BEN]: 'secret', [CARL]: 'secret' } });
  ground.atTheEnd(() => server.stop());
  return server;
}

/** Pause between two looks at a fetch: each look costs the service a request. */
const ASK_MS = 100;

/**
 * From POST fetch until the mailbox view shows all messages, against a download of the same messages and mbsync. The
 * search index catches up afterwards, before the next side begins.
 */
export async function fetching(ground: Ground): Promise<Figure[]> {
  const [count, rounds] = ground.small ? [500, 1] : [10_000, 3];
  const server = await mailServer(ground);
  server.fill(ANNA, 'INBOX', mailbox(count));
  const service = await ServiceProcess.start(ground, await ground.database());
  await downloaded(server, ANNA); // the first download makes the server build its index
  const costs: Record<'plain' | 'ours' | 'postgres', number[]> = { plain: [], ours: [], postgres: [] };
  const costOf = async (side: keyof typeof costs, time: () => Promise<number>): Promise<() => Promise<void>> => {
    const before = await time();
    return async () => void costs[side].push((1000 * ((await time()) - before)) / count);
  };
  const sides = {
    plain: async () => {
      ground.say('downloading');
      const paid = await costOf('plain', ownProcessorTime);
      const rate = count / (await downloaded(server, ANNA));
      await paid();
      return rate;
    },
    ours: async () => {
      ground.say('fetching');
      const paid = [
        await costOf('ours', () => service.processorTime()),
        await costOf('postgres', processorTimeOfPostgres),
      ];
      const rate = count / (await fetched(service, server, ANNA, count));
      const shown = performance.now();
      await service.caughtUp();
      for (const each of paid) await each();
      ground.say(
        `shown at ${rate.toFixed(0)}/s, searchable ${((performance.now() - shown) / 1000).toFixed(1)} s later`,
      );
      return rate;
    },
    copied: async () => (ground.say('mbsync'), count / (await mbsync(server, ANNA, ground.dir))),
  };
  const { plain, ours, copied } = (await hasMbsync())
    ? await inTurn(rounds, sides)
    : { ...(await inTurn(rounds, { plain: sides.plain, ours: sides.ours })), copied: [] };
  await service.stop();
  const what = `fetch of ${count} messages, shown`;
  const cost = { what: 'CPU of a message until found', unit: 'ms', ours: costs.ours };
  return [
    { what, unit: '/s', ours, limit: plain, limitIs: 'imapflow, download without storing', target: { atLeast: 0.2 } },
    { ...cost, limit: costs.plain, limitIs: 'imapflow, download without storing' },
    { ...cost, limit: costs.postgres, limitIs: 'PostgreSQL meanwhile' },
    ...(copied.length > 0
      ? [{ what, unit: '/s', ours, limit: copied, limitIs: 'mbsync, one fsync per message', target: { atLeast: 1 } }]
      : []),
  ];
}

/** Seconds. */
function ownProcessorTime(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return Promise.resolve((user + system) / 1e6);
}

/** The additional memory of a fresh process while it fetches. */
export async function memory(ground: Ground): Promise<Figure[]> {
  const count = ground.small ? 1000 : 20_000;
  const server = await mailServer(ground);
  server.fill(BEN, 'INBOX', mailbox(count, 2));
  server.fill(CARL, 'INBOX', [largeMessage(LARGE_MB * 1024 * 1024)]);
  const figures: Figure[] = [];
  for (const { user, messages, what } of [
    { user: BEN, messages: count, what: `memory for ${count} messages` },
    { user: CARL, messages: 1, what: `memory for one message of ${LARGE_MB} MB` },
  ]) {
    ground.say(what);
    const service = await ServiceProcess.start(ground, await ground.database());
    await service.caughtUp();
    const before = await service.resident();
    await service.forgetPeak();
    await fetched(service, server, user, messages);
    await service.caughtUp();
    const added = (await service.peak()) - before;
    await service.stop();
    figures.push({ what, unit: 'MB', ours: [added], limit: [MEMORY_MB], limitIs: 'promised', target: { atMost: 1 } });
  }
  return figures;
}

let accounts = 0;

/** Fetches a new account. @returns seconds */
export async function fetched(service: ServiceProcess, server: Dovecot, user: string, count: number): Promise<number> {
  const at = { host: server.host, port: server.imapPort, security: 'none' };
  const { id } = await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', {
    address: `account${++accounts}@example.test`,
    login: user,
    password: server.users[user],
    incoming: at,
    outgoing: at,
  });
  const begun = performance.now();
  const { fetchId } = await service.ask<{ fetchId: string }>('POST', `/api/accounts/${id}/fetch`);
  await service.caughtUp('fetches');
  for (;;) {
    const { state, received } = await service.ask<{ state: string; received: number }>(
      'GET',
      `/api/fetches/${fetchId}`,
    );
    if (state !== 'running' && received !== count)
      throw new Error(`the fetch ended ${state} with ${received} of ${count}`);
    if (state !== 'running') break;
    await pause(ASK_MS);
  }
  await service.caughtUp('mailbox-view');
  return (performance.now() - begun) / 1000;
}

async function downloaded({ host, imapPort: port, users }: Dovecot, user: string): Promise<number> {
  const auth = { user, pass: users[user]! };
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
  const begun = performance.now();
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  let bytes = 0;
  for await (const { source } of client.fetch('1:*', { uid: true, source: true })) bytes += source!.length;
  const seconds = (performance.now() - begun) / 1000;
  await client.logout();
  if (bytes === 0) throw new Error('nothing was downloaded');
  return seconds;
}
