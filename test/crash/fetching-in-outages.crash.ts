import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDbStandIn } from '../event-store/eventstoredb-stand-in.js';
import { TcpProxy } from '../event-store/tcp-proxy.js';
import { freshDatabase } from '../database.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, type Fetched, type MessageSummary, startFetch } from '../journeys/mailbox.js';
import { allOf, done, type Requests } from '../journeys/requests.js';
import { RunningService, type ServiceOptions } from '../journeys/running-service.js';
import { waitUntil } from '../journeys/wait-until.js';

const ACCOUNTS = ['ada@example.test', 'ben@example.test', 'kim@example.test'];
const EACH = 300;
/** Batches of messages that are recorded between two outages. */
const BETWEEN = 2;
/** ms of each outage: an append gives up after ten seconds */
const LONGEST_MS = 13_000;
const OUTAGES = [LONGEST_MS, 1000, 3000, 6000];
const STEPS = 'mailroom:step';
/** A stop that takes longer ends without the work in progress (`run-service.ts`). */
const STOP_MS = 25_000;
const TIME_LIMIT_MS = 180_000;

const users = Object.fromEntries(ACCOUNTS.map((address) => [address, 'secret']));
const closing: (() => Promise<unknown>)[] = [];
let mail: MailServer;
let service: RunningService;
let admin: Requests;

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: ServiceOptions): Promise<void> {
  const started = (service = await RunningService.start(options));
  closing.push(() => started.stop());
  mail = await startMailServer({ users });
  closing.push(() => mail.stop());
  for (const address of ACCOUNTS) for (let n = 0; n < EACH; n++) mail.deliver(address, 'INBOX', letter(address, n));
  admin = await service.signedIn();
}

const letter = (address: string, n: number): Buffer =>
  Buffer.from(`From: kim@kiosk.example\r\nTo: ${address}\r\nSubject: Letter ${n}\r\n\r\nHello ${address} ${n}\r\n`);

/** Fetches all accounts; meanwhile `outage` happens once for each of `durations`, while messages are being stored. */
async function fetchThrough(outage: (ms: number) => Promise<void>, durations: readonly number[]): Promise<Fetched[]> {
  const started = await startFetches();
  for (const ms of durations) {
    await batchesRecorded(BETWEEN);
    await outage(ms);
  }
  return Promise.all(started.map(endOf));
}

/** Returns the ids of the fetches. */
async function startFetches(): Promise<string[]> {
  const settings = { createTasks: true };
  const ids: string[] = [];
  for (const address of ACCOUNTS) ids.push((await addAccount(admin, accountOn(mail, address, 'secret', settings))).id);
  return (await Promise.all(ids.map((id) => startFetch(admin, id)))).map(({ fetchId }) => fetchId);
}

async function batchesRecorded(count: number): Promise<void> {
  const enough = Promise.withResolvers<void>();
  let left = count;
  const countDown = (step: unknown): void => {
    if (step === 'intake.recorded' && --left === 0) enough.resolve();
  };
  subscribe(STEPS, countDown);
  await enough.promise.finally(() => unsubscribe(STEPS, countDown));
}

async function endOf(fetchId: string): Promise<Fetched> {
  for (;;) {
    const { status, body } = await admin.get<Fetched>(`/api/fetches/${fetchId}`);
    if (status === 200 && body.state !== 'running') return body;
    await pause(50);
  }
}

/** Each message is listed once, is found by its text, and has one task. */
async function expectEverythingOnce(fetches: readonly Fetched[]): Promise<void> {
  const all = ACCOUNTS.length * EACH;
  for (const fetched of fetches) expect(fetched).toMatchObject({ state: 'done', reason: null, received: EACH });
  await service.settled(TIME_LIMIT_MS);
  const messages = await allOf<MessageSummary>(admin, '/api/messages');
  expect(messages).toHaveLength(all);
  const tasks = await allOf<{ messageId: string }>(admin, '/api/tasks');
  expect(tasks.map(({ messageId }) => messageId).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  expect(await allOf<MessageSummary>(admin, '/api/messages?q=hello')).toHaveLength(all);
  expect(done(await service.nobody.get('/health/ready'))).toMatchObject({ status: 'ready', work: [] });
  expect(service.logged.filter((line) => /fetch failed|work failed|follower stopped/.test(line))).toEqual([]);
}

/** Reasons of the pauses, as health shows them. */
async function pauses(): Promise<string[]> {
  const { body } = await service.nobody.get<{ work: { reasons: string[] }[] }>('/health/ready');
  return body.work.flatMap(({ reasons }) => reasons);
}

describe('three fetches bring every message once', () => {
  it(
    'while EventStoreDB is away four times',
    async () => {
      const eventstore = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
      closing.push(() => eventstore.stop());
      await start({ env: { EVENTSTORE_URL: eventstore.url } });
      const fetches = await fetchThrough(async (ms) => {
        await eventstore.stop();
        await pause(ms);
        if (ms === LONGEST_MS) await waitUntil(pauses, (reasons) => reasons.includes('log-not-answering'));
        await eventstore.start();
      }, OUTAGES);
      await expectEverythingOnce(fetches);
    },
    TIME_LIMIT_MS,
  );

  it(
    'also when the service is stopped while EventStoreDB is away',
    async () => {
      const eventstore = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
      closing.push(() => eventstore.stop());
      const env = { EVENTSTORE_URL: eventstore.url };
      await start({ env });
      const fetches = await startFetches();
      await batchesRecorded(BETWEEN);
      await eventstore.stop();
      const stopped = await Promise.race([service.service.stop().then(() => true), pause(STOP_MS)]);
      expect(stopped).toBe(true);
      await eventstore.start();
      const next = (service = await RunningService.start({ env, beside: service }));
      closing.push(() => next.stop());
      admin = await next.signedIn();
      await expectEverythingOnce(await Promise.all(fetches.map(endOf)));
    },
    TIME_LIMIT_MS,
  );

  it(
    'while PostgreSQL refuses connections',
    async () => {
      const database = await freshDatabase();
      closing.push(() => database.drop());
      const url = new URL(database.url);
      const proxy = await TcpProxy.opened(url.hostname, Number(url.port));
      closing.push(() => proxy.close());
      url.hostname = 'localhost';
      url.port = String(proxy.port);
      await start({ env: { DATABASE_URL: url.href } });
      const fetches = await fetchThrough(
        async (ms) => {
          await proxy.close();
          await pause(ms);
          await proxy.open();
        },
        [500, 12_000],
      );
      await expectEverythingOnce(fetches);
    },
    TIME_LIMIT_MS,
  );

  it(
    'while PostgreSQL does not answer on open connections',
    async () => {
      await start({ embedded: true });
      const fetches = await fetchThrough(
        async (ms) => {
          const processes = await processesOfPostgres(service.dataDir);
          for (const pid of processes) process.kill(pid, 'SIGSTOP');
          await pause(ms);
          for (const pid of processes) process.kill(pid, 'SIGCONT');
        },
        [6000],
      );
      await expectEverythingOnce(fetches);
    },
    TIME_LIMIT_MS,
  );
});

/** The postmaster of the embedded PostgreSQL, then its backends. */
async function processesOfPostgres(dataDir: string): Promise<number[]> {
  const [postmaster] = (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n');
  const children = execFileSync('pgrep', ['-P', postmaster!], { encoding: 'utf8' });
  return [Number(postmaster), ...children.trim().split('\n').map(Number)];
}
