import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { accountStream, passwordName } from '../src/accounts/account.events.js';
import { fetchesStream } from '../src/mailboxes/mailbox.events.js';
import { Locks } from '../src/platform/database/locks.js';
import { MasterKey, parseMasterKey } from '../src/platform/secrets/master-key.js';
import { Vault } from '../src/platform/secrets/vault.js';
import { type Figure, quantile } from './figure.js';
import type { Ground } from './ground.js';
import { processorTimeOfPostgres } from './processor-time.js';
import { accountAdded, recordedLog, type RecordedMailbox } from './recorded-mailbox.js';
import { MASTER_KEY, ServiceProcess } from './service-process.js';
import { connectionsTo, demoServer, dovecotServer, type WatchedServer } from './watched-servers.js';

const LIMITS = { memoryKb: 200, core: 5, listedSeconds: 2, backSeconds: 180, factsOfAccount: 1 };
/** Longer than the period of the looks at all folders, so that each account has one within it. */
const QUIET_MS = 6 * 60_000;
const FIRST_LOOKS_MS = 10_000;
const RECORDED_AT_ONCE = 8;
const DELIVERIES = 50;
const DELIVER_EVERY_MS = 500;
const ASK_MS = 200;
const LOOK_MS = 500;
const origin = { by: 'system', via: 'web', at: new Date().toISOString(), correlationId: 'bench', causationId: null };

/** Many accounts that a process watches over one connection each, first in quiet, then with new mail. */
export async function watching(ground: Ground): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of ground.small ? [200] : [1000, 5000])
    figures.push(...(await watched(ground, await demoServer(ground, count))));
  return [...figures, ...(await watched(ground, await dovecotServer(ground, ground.small ? 20 : 100)))];
}

async function watched(ground: Ground, server: WatchedServer): Promise<Figure[]> {
  const count = server.logins.length;
  const quietMs = ground.small ? 20_000 : QUIET_MS;
  const recorded = await recordedLog(ground);
  const { url } = recorded;
  // Its first start writes the keys.
  await (await ServiceProcess.start(ground, url)).stop();
  ground.say(`${server.name}: recording ${count} accounts`);
  const ids = await recordAccounts(recorded, server);

  const idle = await ServiceProcess.start(ground, url);
  await idle.caughtUp();
  await pause(quietMs / 10);
  const before = await idle.resident();
  await idle.stop();

  const service = await ServiceProcess.start(ground, url, { WATCH_MAIL: 'true' });
  const allWatched = async (): Promise<number> => {
    const begun = performance.now();
    while ((await connectionsTo(server.imapPort)) < count) await pause(LOOK_MS);
    return (performance.now() - begun) / 1000;
  };
  ground.say(`watched after ${(await allWatched()).toFixed(0)} s; ${(quietMs / 1000).toFixed(0)} s of quiet`);
  const head = async (): Promise<number> => Number((await service.ask<{ head: string }>('GET', '/health/ready')).head);
  // The first looks record the folders.
  for (let last = -1, now = 0; now > last; last = now, now = await head()) await pause(FIRST_LOOKS_MS);
  await service.caughtUp();
  const [factsBefore, ownBefore, databaseBefore, quietSince] = [
    await head(),
    await service.processorTime(),
    await processorTimeOfPostgres(),
    performance.now(),
  ];
  await pause(quietMs);
  const seconds = (performance.now() - quietSince) / 1000;
  const core = (100 * ((await service.processorTime()) - ownBefore)) / seconds;
  const ofDatabase = (100 * ((await processorTimeOfPostgres()) - databaseBefore)) / seconds;
  const memory = ((await service.resident()) - before) * 1024;

  ground.say(
    `${(memory / count).toFixed(0)} KB each, ${core.toFixed(1)} % of a core, PostgreSQL ${ofDatabase.toFixed(1)} %`,
  );
  ground.say('restarting the mail server');
  await server.restart();
  const back = await allWatched();
  ground.say(`all back after ${back.toFixed(0)} s`);
  await pause(quietMs / 4);
  const facts = (await head()) - factsBefore;

  ground.say(`${facts} facts; delivering`);
  const listed = await listedSeconds(service, server, ids);
  await service.stop();
  await server.stop();
  const what = `${count} accounts on ${server.name}`;
  const promised = { limitIs: 'promised', target: { atMost: 1 } };
  return [
    { what: `memory of one of ${what}`, unit: 'KB', ours: [memory / count], limit: [LIMITS.memoryKb], ...promised },
    { what: `processor for ${what}`, unit: '% of a core', ours: [core], limit: [LIMITS.core], ...promised },
    {
      what: `processor of PostgreSQL for ${what}`,
      unit: '% of a core',
      ours: [ofDatabase],
      limit: [LIMITS.core],
      limitIs: 'for information',
    },
    {
      what: `new mail listed, p95, ${what}`,
      unit: 's',
      ours: [quantile(listed, 0.95)],
      limit: [LIMITS.listedSeconds],
      ...promised,
    },
    { what: `back after a restart, ${what}`, unit: 's', ours: [back], limit: [LIMITS.backSeconds], ...promised },
    {
      what: `facts of one, ${((1.35 * quietMs) / 60_000).toFixed(1)} min with a restart, ${what}`,
      unit: 'facts',
      ours: [facts / count],
      limit: [LIMITS.factsOfAccount],
      ...promised,
    },
  ];
}

/**
 * Records an account for each login, fetched once by a person, because a first fetch comes before watching. Their
 * mailboxes are empty.
 */
async function recordAccounts({ log, pool, url }: RecordedMailbox, server: WatchedServer): Promise<string[]> {
  const locks = new Locks(url);
  const vault = new Vault(pool, new MasterKey(parseMasterKey(MASTER_KEY)), locks);
  const incoming = { host: '127.0.0.1', port: server.imapPort, security: 'none' as const };
  const record = async (login: string): Promise<string> => {
    const id = randomUUID().replaceAll('-', '');
    const version = await vault.keep(passwordName(id), server.password);
    const added = accountAdded(id, login);
    Object.assign(added.data.settings, { login, incoming });
    await log.append(accountStream(id), 'no-stream', [added], origin);
    const fetched = { accountId: id, fetchId: randomUUID() };
    await log.append(
      fetchesStream(id),
      'no-stream',
      [
        { type: 'FetchStarted', data: fetched },
        { type: 'FetchFinished', data: fetched },
      ],
      origin,
    );
    await vault.settle(passwordName(id), version);
    return id;
  };
  const limit = pLimit(RECORDED_AT_ONCE);
  const ids = await limit.map(server.logins, record);
  await locks.close();
  return ids;
}

/** From the delivery of each message until the list of its account shows it. */
async function listedSeconds(service: ServiceProcess, server: WatchedServer, ids: string[]): Promise<number[]> {
  const step = Math.max(1, Math.floor(ids.length / DELIVERIES));
  const chosen = ids.map((_, n) => n).filter((n) => n % step === 0);
  const waiting: Promise<number>[] = [];
  for (const n of chosen.slice(0, DELIVERIES)) {
    const subject = `News ${n}`;
    await server.deliver(server.logins[n]!, subject);
    waiting.push(secondsUntilListed(service, ids[n]!, subject));
    await pause(DELIVER_EVERY_MS);
  }
  return Promise.all(waiting);
}

async function secondsUntilListed(service: ServiceProcess, account: string, subject: string): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const { items } = await service.ask<{ items: { subject: string | null }[] }>(
      'GET',
      `/api/accounts/${account}/messages?limit=5`,
    );
    if (items.some((each) => each.subject === subject)) return (performance.now() - begun) / 1000;
    await pause(ASK_MS);
  }
}
