import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type Figure, quantile } from './figure.js';
import type { Ground } from './ground.js';
import { recordPeople } from './people.js';
import { recordedLog } from './recorded-mailbox.js';
import { ServiceProcess } from './service-process.js';

const AT_A_TIME = 20;

/** Many people with a live stream each, and changes that all of them receive. */
export async function live(ground: Ground): Promise<Figure[]> {
  const [people, changes] = ground.small ? [200, 10] : [1000, 60];
  const { log, url } = await recordedLog(ground);
  const service = await ServiceProcess.start(ground, url);
  ground.say(`recording ${people} people`);
  const ids = await recordPeople(log, people);
  const at = { host: '127.0.0.1', port: 1, security: 'none' };
  await service.caughtUp();
  const account = { address: 'all@bench.example', password: 'secret', incoming: at, outgoing: at, users: ids };
  const { id: accountId } = await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', account);
  const { token } = await service.ask<{ token: string }>('POST', '/api/tokens', {
    name: 'bench',
    role: 'administrator',
  });
  await service.caughtUp();

  ground.say(`opening ${people} streams`);
  const before = await service.resident();
  const streams = await inParts(people, (n) => Listener.open(service.url, token, ids[n]!));
  const opened = await service.resident();

  ground.say(`${changes} changes to all`);
  const p99s: number[] = [];
  let halfway = opened;
  for (let n = 0; n < changes; n++) {
    if (n === changes / 2) halfway = await service.resident();
    const begun = performance.now();
    const { position } = await service.ask<{ position: string }>('PATCH', `/api/accounts/${accountId}`, {
      name: `Name ${n}`,
    });
    const told = await Promise.all(streams.map((stream) => stream.told(position)));
    p99s.push(
      quantile(
        told.map((ms) => ms - begun),
        0.99,
      ) / 1000,
    );
  }
  const after = await service.resident();
  for (const stream of streams) stream.close();
  await service.stop();
  const what = `${people} live streams`;
  return [
    {
      what: `one change to ${what}, p99`,
      unit: 's',
      ours: p99s,
      limit: [1],
      limitIs: 'promised',
      target: { atMost: 1 },
    },
    {
      what: `memory of one of ${what}`,
      unit: 'KB',
      ours: [((opened - before) * 1024) / people],
      limit: [100],
      limitIs: 'wanted',
      target: { atMost: 1 },
    },
    {
      what: `memory after ${changes} changes to ${what}`,
      unit: 'MB',
      ours: [after],
      limit: [halfway],
      limitIs: 'after half of the changes',
      target: { atMost: 1.2 },
    },
  ];
}

/** An open stream with the time of each received position. */
class Listener {
  private readonly at = new Map<string, number>();
  private wake: () => void = () => undefined;

  private constructor(private readonly answer: IncomingMessage) {
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => {
      for (const [, position] of text.matchAll(/^id: (\d+)$/gm)) this.at.set(position!, performance.now());
      this.wake();
    });
  }

  static async open(url: string, token: string, userId: string): Promise<Listener> {
    const headers = { Authorization: `Bearer ${token}`, 'X-On-Behalf-Of': userId };
    const asking = request(new URL('/api/live', url), { agent: false, headers });
    asking.end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`GET /api/live answered ${answer.statusCode}`);
    const listener = new Listener(answer);
    while (listener.at.size === 0) await new Promise<void>((resolve) => (listener.wake = resolve));
    return listener;
  }

  async told(position: string): Promise<number> {
    while (!this.at.has(position)) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.at.get(position)!;
  }

  close(): void {
    this.answer.destroy();
  }
}

async function inParts<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let n = 0; n < count; n += AT_A_TIME)
    made.push(...(await Promise.all(Array.from({ length: Math.min(AT_A_TIME, count - n) }, (_, m) => make(n + m)))));
  return made;
}
