import { setTimeout as pause } from 'node:timers/promises';
import { TcpProxy } from '../test/event-store/tcp-proxy.js';
import { fetched, mailServer } from './fetching.js';
import { type Figure, inTurn, median } from './figure.js';
import type { Ground } from './ground.js';
import { mailbox } from './mailbox.js';
import { said, ServiceProcess, spawned } from './service-process.js';

const USER = 'anna@example.test';
const LATENCY_MS = 15;
const ROUND_TRIP_MS = 2 * LATENCY_MS;
const ASK_EVERY_MS = 20;
/** Messages that a fetch stores together (`BATCH_MESSAGES` of the intake). */
const BATCH = 64;

/**
 * The log on the protocol of EventStoreDB, beside PostgreSQL in the same rounds; other requests meanwhile; and the
 * round trips with the log 30 ms away.
 */
export async function eventstoredb(ground: Ground): Promise<Figure[]> {
  const [count, rounds, far] = ground.small ? [500, 1, 128] : [2000, 3, 640];
  const server = await mailServer(ground);
  server.fill(USER, 'INBOX', mailbox(count));
  const url = await standIn(ground);
  const onPostgres = await ServiceProcess.start(ground, await ground.database());
  const onEventStoreDb = await ServiceProcess.start(ground, await ground.database(), { EVENTSTORE_URL: url });
  const asked: number[] = [];
  const refused: number[] = [];
  const side = (service: ServiceProcess) => async (): Promise<number> => {
    const requests = new Requests(service);
    const rate = count / (await fetched(service, server, USER, count));
    const { answered, failed } = await requests.end();
    if (service === onEventStoreDb) {
      asked.push(answered + failed);
      refused.push(failed);
    }
    ground.say(`${rate.toFixed(0)}/s, ${failed} of ${answered + failed} requests refused`);
    await service.caughtUp();
    return rate;
  };
  const { ours, limit } = await inTurn(rounds, { ours: side(onEventStoreDb), limit: side(onPostgres) });
  await onPostgres.stop();
  await onEventStoreDb.stop();
  return [
    {
      what: `fetch of ${count} messages, log on EventStoreDB's protocol`,
      unit: '/s',
      ours,
      limit,
      limitIs: 'log on PostgreSQL',
      target: { atLeast: 0.5 },
    },
    {
      what: 'requests refused meanwhile',
      unit: 'requests',
      ours: refused,
      limit: asked,
      limitIs: 'asked',
      target: { atMost: 0 },
    },
    ...(await farAway(ground, far)),
  ];
}

/** Round trips of a command and of a batch of messages: the time that a distance of the log adds. */
async function farAway(ground: Ground, count: number): Promise<Figure[]> {
  const server = await mailServer(ground);
  server.fill(USER, 'INBOX', mailbox(count, 2));
  const measured = async (latencyMs: number): Promise<{ command: number; batch: number }> => {
    const { hostname, port } = new URL(await standIn(ground));
    const proxy = await TcpProxy.opened(hostname, Number(port), latencyMs);
    ground.atTheEnd(() => proxy.close());
    const service = await ServiceProcess.start(ground, await ground.database(), {
      EVENTSTORE_URL: `esdb://localhost:${proxy.port}?tls=false`,
    });
    const command = median(await commands(service));
    const batch = (await fetched(service, server, USER, count)) / (count / BATCH);
    await service.stop();
    await proxy.close();
    return { command, batch: 1000 * batch };
  };
  ground.say(`the log is ${ROUND_TRIP_MS} ms away`);
  const near = await measured(0);
  const far = await measured(LATENCY_MS);
  const trips = (n: number): number => n / ROUND_TRIP_MS;
  return [
    {
      what: `round trips of a command, log ${ROUND_TRIP_MS} ms away`,
      unit: '',
      ours: [trips(far.command - near.command)],
      limit: [3],
      limitIs: 'promised',
      target: { atMost: 1 },
    },
    {
      what: `round trips of ${BATCH} messages, log ${ROUND_TRIP_MS} ms away`,
      unit: '',
      ours: [trips(far.batch - near.batch)],
      limit: [20],
      limitIs: 'promised',
      target: { atMost: 1 },
    },
  ];
}

async function standIn(ground: Ground): Promise<string> {
  const child = spawned(ground, new URL('./stand-in-process.js', import.meta.url));
  return /ready: (\S+)/.exec(await said(child, 'ready'))![1]!;
}

/** Milliseconds of each of forty commands, one after the other. */
async function commands(service: ServiceProcess): Promise<number[]> {
  const at = { host: '127.0.0.1', port: 1, security: 'none' };
  const body = { address: 'commands@example.test', password: 'secret', incoming: at, outgoing: at };
  const { id } = await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', body);
  const person = { name: 'Ben', email: 'ben@bench.example', role: 'user' };
  const { id: userId } = await service.ask<{ id: string }>('POST', '/api/users', person);
  const took: number[] = [];
  for (let n = 0; n < 40; n++) {
    const begun = performance.now();
    await service.ask(n % 2 === 0 ? 'PUT' : 'DELETE', `/api/accounts/${id}/access/${userId}`);
    took.push(performance.now() - begun);
  }
  return took;
}

/** Requests of a person, one after the other. */
class Requests {
  private answered = 0;
  private failed = 0;
  private readonly ending = new AbortController();
  private readonly asking: Promise<void>;

  constructor(private readonly service: ServiceProcess) {
    this.asking = this.ask();
  }

  async end(): Promise<{ answered: number; failed: number }> {
    this.ending.abort();
    await this.asking;
    return { answered: this.answered, failed: this.failed };
  }

  private async ask(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.service.ask('GET', '/api/accounts?limit=5').then(
        () => this.answered++,
        () => this.failed++,
      );
      await pause(ASK_EVERY_MS);
    }
  }
}
