import { EventStoreDBClient, excludeSystemEvents, START } from '@eventstore/db-client';
import { EventStoreDb } from '../src/platform/log/eventstoredb.js';
import { type Figure, inTurn } from './figure.js';
import type { Ground } from './ground.js';
import { rebuilt, type RecordedMailbox, recordMailbox } from './recorded-mailbox.js';
import { said, spawned } from './service-process.js';

const PROMISED = 20_000;
const PAGE = 1000;

/** The mailbox view from the facts of 100,000 messages. */
export async function rebuilding(ground: Ground): Promise<Figure[]> {
  const sealed = await recordMailbox(ground);
  const clear = await recordMailbox(ground, { sealed: false });
  const [rounds, unit, what] = [ground.small ? 1 : 3, 'facts/s', `rebuild of ${sealed.count} messages`];
  ground.say('rebuilding from PostgreSQL');
  const { read, ours, unsealed } = await inTurn(rounds, {
    read: () => readAll(sealed),
    ours: () => rebuilt(sealed),
    unsealed: () => rebuilt(clear),
  });
  const url = /ready: (\S+)/.exec(
    await said(spawned(ground, new URL('./stand-in-process.js', import.meta.url)), 'ready'),
  )![1]!;
  const remote = await recordMailbox(ground, { store: EventStoreDb.connect(url) });
  ground.say('rebuilding over gRPC');
  const grpc = await inTurn(rounds, { client: () => subscribed(url, remote.count), ours: () => rebuilt(remote) });
  return [
    { what, unit, ours, limit: [PROMISED], limitIs: 'promised', target: { atLeast: 1 } },
    { what, unit, ours, limit: read, limitIs: `pg, pages of ${PAGE}, not used` },
    { what: `${what}, sealed`, unit, ours, limit: unsealed, limitIs: 'the same facts unsealed' },
    {
      what: `${what}, gRPC`,
      unit,
      ours: grpc.ours,
      limit: grpc.client,
      limitIs: 'the bare client, not used',
      target: { atLeast: 0.6 },
    },
  ];
}

async function readAll({ pool, count }: RecordedMailbox): Promise<number> {
  const begun = performance.now();
  for (let read = 0, after = '0'; read < count;) {
    const { rows } = await pool.query<{ position: string }>({
      name: 'read_page',
      text: `select position, id, stream, revision, type, data, metadata from facts where position > $1 order by position limit ${PAGE}`,
      values: [after],
    });
    read += rows.length;
    after = rows.at(-1)!.position;
  }
  return count / ((performance.now() - begun) / 1000);
}

async function subscribed(url: string, count: number): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  const subscription = client.subscribeToAll({ fromPosition: START, filter: excludeSystemEvents() });
  const begun = performance.now();
  let read = 0;
  for await (const { event } of subscription) if (event?.type === 'MessageReceived' && ++read === count) break;
  const rate = count / ((performance.now() - begun) / 1000);
  await client.dispose();
  return rate;
}
