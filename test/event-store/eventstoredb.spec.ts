import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FactTooLarge,
  LogProblem,
  START,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../src/platform/log/event-store.js';
import type { Batch } from '../../src/platform/log/event-store.js';
import type { AppendPatience } from '../../src/platform/log/eventstoredb-appender.js';
import { EventStoreDb } from '../../src/platform/log/eventstoredb.js';
import { collected, factsOf, followed, newFact, newStream, numbered, reaches } from './contract/facts.js';
import { selfSigned } from '../self-signed.js';
import { followStandInThroughCuts } from './cut-connections.js';
import { eventStoreContract } from './event-store.contract.js';
import { EventStoreDbCluster } from './eventstoredb-cluster.js';
import { EventStoreDbStandIn } from './eventstoredb-stand-in.js';
import type { StandInOptions } from './eventstoredb-stand-in.js';

/** Retries while the adapter reports the store as unavailable: a busy machine may cause that by a slow answer. */
async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

describe.each([
  { how: 'BatchAppend', advertiseBatchAppend: true },
  { how: 'Append', advertiseBatchAppend: false },
])('by $how', ({ advertiseBatchAppend }) => {
  eventStoreContract('EventStoreDb', async () => {
    const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend });
    return {
      store: EventStoreDb.connect(standIn.url),
      another: async () => EventStoreDb.connect(standIn.url),
      restart: async () => {
        await standIn.stop();
        await standIn.start();
      },
      stop: () => standIn.stop(),
    };
  });

  const ending: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });

  /** Appends do not give up within 60 s, so that a busy machine does not fail a test; `patience` may shorten that. */
  async function started(
    options: Partial<StandInOptions> = {},
    parameters = '',
    patience: Partial<AppendPatience> = {},
  ) {
    const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend, ...options });
    const store = EventStoreDb.connect(standIn.url + parameters, { giveUpAfter: 60_000, ...patience });
    ending.push(
      () => standIn.stop(),
      () => store.close(),
    );
    return { standIn, store };
  }

  it('retries an append that was stored but never answered', async () => {
    const { standIn, store } = await started({}, '', { answerWithin: 500 });
    const [lost, ...others] = Array.from({ length: 10 }, newStream);
    await store.append(lost!, 'no-stream', numbered(2));
    standIn.dropNextAppendAnswer();
    const facts = numbered(2, 2);
    const appended = [
      store.append(lost!, 1, facts),
      ...others.map((stream) => store.append(stream, 'no-stream', numbered(1))),
    ];
    expect((await Promise.all(appended)).map(({ revision }) => revision)).toEqual([3, ...others.map(() => 0)]);
    expect(await collected(store.read(lost!))).toHaveLength(4);
  });

  it('throws StoreUnavailable during a long outage, and works again after it', async () => {
    const { standIn, store } = await started({}, '', { giveUpAfter: 500 });
    const stream = newStream();
    const [first, second] = [numbered(1), numbered(1, 1)];
    await retried(() => store.append(stream, 'no-stream', first));
    await standIn.stop();
    await expect(store.append(stream, 0, second)).rejects.toThrow(StoreUnavailable);
    await expect(collected(store.read(stream))).rejects.toThrow(StoreUnavailable);
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    await standIn.start();
    expect((await retried(() => store.append(stream, 0, second))).revision).toBe(1);
    expect(await collected(store.read(stream))).toHaveLength(2);
  });

  it('stores each of hundreds of appends once through an outage', async () => {
    const { standIn, store } = await started();
    const streams = Array.from({ length: 300 }, newStream);
    const appended = streams.map((stream) => store.append(stream, 'no-stream', numbered(1)));
    await Promise.race(appended);
    await standIn.stop();
    await standIn.start();
    await Promise.all(appended);
    expect(standIn.log.records.filter((record) => streams.includes(record.stream))).toHaveLength(300);
  });

  it('fails all appends of a long outage together, also those that wait for a slot', async () => {
    const giveUpAfter = 2000;
    const { standIn, store } = await started({}, '', { giveUpAfter });
    await store.append(newStream(), 'no-stream', numbered(1));
    await standIn.stop();
    const failed: number[] = [];
    const appends = Array.from({ length: 100 }, async () => {
      await expect(store.append(newStream(), 'no-stream', numbered(1))).rejects.toThrow(StoreUnavailable);
      failed.push(performance.now());
    });
    await Promise.all(appends);
    expect(failed.at(-1)! - failed[0]!).toBeLessThan(giveUpAfter);
  });

  it('delivers heartbeats only while the store answers', async () => {
    const { standIn, store } = await started();
    const { position } = await store.append(newStream(), 'no-stream', numbered(1));
    let heartbeats = 0;
    const stopping = new AbortController();
    for await (const batch of store.follow(position, { signal: stopping.signal })) {
      expect(batch).toEqual({ facts: [], position, atHead: true });
      heartbeats++;
      if (heartbeats === 1) {
        await standIn.stop();
        await expect(store.head()).rejects.toThrow(StoreUnavailable);
        setTimeout(() => stopping.abort(), 2500);
      }
    }
    expect(heartbeats).toBe(1);
  });

  it('loses no batch when the query for the head fails before the batch is handed over', async () => {
    const { store } = await started();
    const after = await store.head();
    await store.append(newStream(), 'no-stream', numbered(10));
    const last = await store.head();
    const head = store.head.bind(store);
    let failures = 0;
    store.head = () => (failures++ < 3 ? Promise.reject(new StoreUnavailable(new Error('cut'))) : head());
    const batches = await followed(store, { after, batchSize: 3, until: reaches(last) });
    expect(factsOf(batches).map((fact) => fact.revision)).toEqual(Array.from({ length: 10 }, (_, n) => n));
    expect(failures).toBeGreaterThan(0);
  });

  it('reaches the head while others append without a pause', async () => {
    const { store } = await started();
    const stream = newStream();
    let done = false;
    const appending = (async () => {
      for (let n = 0; !done; n++) await store.append(stream, n === 0 ? 'no-stream' : n - 1, numbered(1, n));
    })();
    const batches = await followed(store, {
      after: START,
      until: (seen) => seen.at(-1)!.atHead && factsOf(seen).length > 0,
    });
    done = true;
    await appending;
    expect(batches.at(-1)!.atHead).toBe(true);
  });

  it.each(['abort', 'fell-behind'] as const)(
    'delivers every fact once when the server answers a slow live reader by %s',
    async (answer) => {
      const { standIn, store } = await started({ slowReaders: { liveBuffer: 8, answer } });
      const stream = newStream();
      const until = (count: number) => (seen: readonly Batch[]) => factsOf(seen).length >= count;
      const following = followed(store, { after: START, until: until(400) });
      for (let n = 0; n < 400; n += 40)
        await store
          .append(stream, n === 0 ? 'no-stream' : n - 1, numbered(40, n))
          .then(() => standIn.log.storeSystemRecord());
      const facts = factsOf(await following);
      expect(facts.map(({ revision }) => revision)).toEqual(facts.map((_, n) => n));
      expect(standIn.slowReaders).toBeGreaterThan(0);
    },
  );

  it('respects the limit of a server that allows less than 1 MiB', async () => {
    const { store } = await started({ maxAppendBytes: 1000 });
    await expect(store.append(newStream(), 'no-stream', [newFact({ text: 'x'.repeat(1000) })])).rejects.toThrow(
      FactTooLarge,
    );
  });

  it('throws WrongExpectedRevision also with throwOnAppendFailure=false in the address', async () => {
    const { store } = await started({}, '&throwOnAppendFailure=false');
    const stream = newStream();
    await store.append(stream, 'no-stream', numbered(1));
    await expect(store.append(stream, 'no-stream', numbered(1))).rejects.toThrow(WrongExpectedRevision);
  });

  it('does not count system records and the identity as facts', async () => {
    const { standIn, store } = await started();
    await store.identity();
    expect(await store.head()).toBe(START);
    const { position } = await store.append(newStream(), 'no-stream', numbered(3));
    for (let n = 0; n < 200; n++) standIn.log.storeSystemRecord();
    expect(await store.head()).toBe(position);
    const batches = await followed(store, { after: START, until: (seen) => seen.at(-1)!.atHead });
    expect(factsOf(batches)).toHaveLength(3);
    expect(batches.at(-1)!.position).toBe(position);
  });

  it('agrees on one identity with a client that asks at the same time', async () => {
    const { standIn, store } = await started();
    const other = EventStoreDb.connect(standIn.url);
    ending.push(() => other.close());
    const [one, two] = await Promise.all([store.identity(), other.identity()]);
    expect(one).toBe(two);
  });

  it('refuses to append to two servers from one process', async () => {
    const [first, second] = [await started(), await started()];
    await first.store.append(newStream(), 'no-stream', numbered(1));
    await expect(second.store.append(newStream(), 'no-stream', numbered(1))).rejects.toThrow(
      'one process appends to one',
    );
    await expect(second.store.head()).resolves.toBe(START);
  });
});

it('delivers every fact once and in order when all connections are cut at random moments', async () => {
  for (let round = 0; round < 5; round++)
    expect(await followStandInThroughCuts(Math.random)).toEqual(Array.from({ length: 30 }, (_, n) => n));
});

describe('several hosts', () => {
  it('need not all be there', async () => {
    const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
    const store = await EventStoreDb.open(`esdb://127.0.0.1:1,127.0.0.1:${standIn.port}?tls=false`);
    await store.append(newStream(), 'no-stream', numbered(1));
    await store.close();
    await standIn.stop();
  });

  it('form a cluster that may lose its leader', async () => {
    const cluster = await EventStoreDbCluster.started();
    const store = await EventStoreDb.open(cluster.url);
    const stream = newStream();
    const following = followed(store, { after: START, until: (seen) => factsOf(seen).length >= 30 });
    for (let n = 0; n < 30; n++) {
      await store.append(stream, n === 0 ? 'no-stream' : n - 1, numbered(1, n));
      if (n % 10 !== 5) continue;
      const { comeBack } = await cluster.loseLeader();
      await store.append(newStream(), 'no-stream', []).catch(() => undefined);
      await comeBack();
    }
    expect(factsOf(await following).map(({ revision }) => revision)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    await store.close();
    await cluster.stop();
  });
});

describe('a store that cannot be used is refused in one line:', () => {
  const problemOf = async (url: string): Promise<string> => {
    const error: unknown = await EventStoreDb.open(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LogProblem);
    return (error as LogProblem).message;
  };
  const at = async (options: Partial<StandInOptions>): Promise<string> => {
    const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend: true, ...options });
    const message = await problemOf(`esdb://reader:geheim@127.0.0.1:${standIn.port}?tls=false`);
    await standIn.stop();
    return message.replaceAll(String(standIn.port), 'PORT');
  };

  it.each([
    ['an invalid address', 'esdb://a:geheim@:1?x', 'EVENTSTORE_URL is not valid. Write it like esdb://'],
    [
      'a host that does not answer',
      'esdb://127.0.0.1:1?tls=false',
      'EventStoreDB at 127.0.0.1:1 does not answer (connect ECONNREFUSED',
    ],
    [
      'hosts that do not answer',
      'esdb://127.0.0.1:1,127.0.0.1:2?tls=false&maxDiscoverAttempts=2',
      'EventStoreDB at 127.0.0.1:1, 127.0.0.1:2 does not answer',
    ],
    ['an unknown host', 'esdb://nowhere.invalid:1?tls=false', 'EventStoreDB at nowhere.invalid:1 does not answer'],
    ['a missing certificate file', 'esdb://127.0.0.1:1?tlsCAFile=/none', 'EVENTSTORE_URL names a certificate file'],
  ])('%s', async (_, url, message) => {
    expect(await problemOf(url)).toMatch(new RegExp(`^${escaped(message)}[^\n]*$`));
  });

  it('a refused user', async () => {
    expect(await at({ refuses: 'user' })).toBe(
      'EventStoreDB at 127.0.0.1:PORT refuses the user or the password in EVENTSTORE_URL. Correct them.',
    );
  });

  it('a user without the right to read $all', async () => {
    expect(await at({ refuses: 'all-stream' })).toBe(
      'EventStoreDB at 127.0.0.1:PORT refuses reads of all streams. Let its user read $all: name a group of the user in $acl.$r of the metadata of $all.',
    );
  });

  it.each([
    [
      'a server without TLS',
      () => createHttpServer(),
      /^EventStoreDB at localhost:PORT speaks without TLS\. Add tls=false/,
    ],
    [
      'a certificate of an unknown authority',
      withUnknownAuthority,
      /^the certificate of EventStoreDB at localhost:PORT is not trusted \(.*self.signed.*\)\. Add tlsCAFile=/,
    ],
  ])('%s', async (_, create, message) => {
    const server = create();
    await once(server.listen(0), 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await problemOf(`esdb://localhost:${port}?tls=true`)).replaceAll(String(port), 'PORT')).toMatch(message);
    server.close();
  });
});

function withUnknownAuthority() {
  const dir = mkdtempSync(join(tmpdir(), 'mailroom-tls-'));
  const cert = selfSigned(dir);
  const server = createSecureServer({ cert, key: readFileSync(join(dir, 'tls.key')) });
  rmSync(dir, { recursive: true });
  return server;
}

const escaped = (text: string): string => text.replaceAll(/[.()?$]/g, '\\$&');
