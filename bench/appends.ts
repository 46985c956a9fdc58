import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { NewFact } from '../src/platform/log/event-store.js';
import { PostgresLog } from '../src/platform/log/postgres-log.js';
import { type Figure, inTurn } from './figure.js';
import { connected, type Ground, perSecond } from './ground.js';

const GROUP = 64;
const PLAIN = `
create table plain (
  position bigint generated always as identity primary key, id uuid not null unique, stream text collate "C" not null,
  revision integer not null, type text collate "C" not null, data json not null, metadata json not null, unique (stream, revision)
)`;

/** As large as the fact of a received message. */
const fact = (): NewFact => ({
  id: randomUUID(),
  type: 'Measured',
  data: { accountId: 'a'.repeat(32), $sealed: 'x'.repeat(900) },
  metadata: {
    by: 'system',
    via: 'bench',
    at: new Date().toISOString(),
    correlationId: randomUUID(),
    causationId: null,
    v: 1,
  },
});

/** Appends of one fact, each writer to its own stream, against inserts of the same rows without a log. */
export async function appends(ground: Ground): Promise<Figure[]> {
  const url = await ground.database();
  const { pool } = await connected(ground, url);
  const log = await PostgresLog.open(url, pool);
  ground.atTheEnd(() => log.close());
  await pool.query(PLAIN);
  const inserting = await inserts(ground, url);
  const [ms, rounds] = ground.small ? [300, 1] : [2000, 5];

  const appended = (writers: number) => (): Promise<number> => {
    const streams = Array.from({ length: writers }, () => ({ name: `bench-${randomUUID()}`, revision: -1 }));
    return perSecond(writers, ms, async (writer) => {
      const stream = streams[writer]!;
      const expected = stream.revision < 0 ? ('no-stream' as const) : stream.revision;
      stream.revision = (await log.append(stream.name, expected, [fact()])).revision;
      return 1;
    });
  };
  const figures: Figure[] = [];
  for (const writers of [1, 16, GROUP]) {
    ground.say(`appends by ${writers}`);
    const limit =
      writers === GROUP ? () => perSecond(1, ms, inserting.group) : () => perSecond(writers, ms, inserting.single);
    const { ours, theirs } = await inTurn(rounds, { ours: appended(writers), theirs: limit });
    const limitIs =
      writers === GROUP
        ? `1 connection, ${GROUP} rows per commit`
        : `${writers} connection${writers > 1 ? 's' : ''}, 1 row per commit`;
    figures.push({
      what: `appends by ${writers} writer${writers > 1 ? 's' : ''}`,
      unit: '/s',
      ours,
      limit: theirs,
      limitIs,
      ...(writers === GROUP ? { target: { atLeast: 0.5 } } : {}),
    });
  }
  return figures;
}

async function inserts(ground: Ground, url: string) {
  const clients = Array.from({ length: 16 }, () => new pg.Client(url));
  ground.atTheEnd(() => Promise.all(clients.map((client) => client.end())));
  await Promise.all(clients.map((client) => client.connect()));
  const single = async (writer: number): Promise<number> => {
    const { id, type, data, metadata } = fact();
    await clients[writer]!.query({
      name: 'single',
      text: 'insert into plain (id, stream, revision, type, data, metadata) values ($1, $2, 0, $3, $4, $5)',
      values: [id, `bench-${id}`, type, JSON.stringify(data), JSON.stringify(metadata)],
    });
    return 1;
  };
  const group = async (): Promise<number> => {
    const facts = Array.from({ length: GROUP }, fact);
    await clients[0]!.query({
      name: 'group',
      text: `insert into plain (id, stream, revision, type, data, metadata)
             select id, stream, 0, type, data, metadata from unnest($1::uuid[], $2::text[], $3::text[], $4::json[], $5::json[])
               as g (id, stream, type, data, metadata)`,
      values: [
        facts.map(({ id }) => id),
        facts.map(({ id }) => `bench-${id}`),
        facts.map(({ type }) => type),
        facts.map(({ data }) => JSON.stringify(data)),
        facts.map(({ metadata }) => JSON.stringify(metadata)),
      ],
    });
    return GROUP;
  };
  return { single, group };
}
