import { randomUUID } from 'node:crypto';
import type { LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { letterAnswered, letterPosted, letterShapes, metadata, openLetters } from '../../../test/letters.js';
import type { FactShape, FactShapes } from '../domain.js';
import type { EventStore, StoredFact } from './event-store.js';
import { START } from './event-store.js';
import type { Recorded } from './fact-log.js';
import { FactLog, FactUnreadable } from './fact-log.js';

let letters: LettersUnderTest;
beforeAll(async () => {
  letters = await openLetters();
});
afterAll(() => letters.close());

const newStream = (): string => `letter-${randomUUID()}`;

async function read(stream: string, log = letters.log): Promise<Recorded[]> {
  const facts: Recorded[] = [];
  for await (const fact of log.read(stream)) facts.push(fact);
  return facts;
}

async function stored(stream: string): Promise<{ data: string; metadata: string }[]> {
  const { rows } = await letters.pool.query<{ data: string; metadata: string }>(
    'select data::text, metadata::text from facts where stream = $1 order by revision',
    [stream],
  );
  return rows;
}

const reshaped = (shape: Partial<FactShapes<LetterFact>>): FactLog =>
  new FactLog(letters.store, letters.keys, { ...letterShapes, ...shape } as unknown as Record<
    string,
    FactShape<object>
  >);

it('returns facts as they were written, with their metadata', async () => {
  const [stream, letterId, id] = [newStream(), randomUUID(), randomUUID()];
  await letters.log.append(stream, 'no-stream', [letterPosted(letterId, 'ada')], metadata, [id]);
  const appended = await letters.log.append(stream, 0, [letterAnswered(letterId)], metadata);
  expect(await read(stream)).toEqual([
    expect.objectContaining({
      id,
      stream,
      revision: 0,
      ...letterPosted(letterId),
      metadata: { ...metadata, v: 1, key: letterId },
    }),
    expect.objectContaining({ ...appended, ...letterAnswered(letterId), metadata: { ...metadata, v: 1 } }),
  ]);
});

it('writes personal fields sealed and all other fields in clear', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  const text = 'Grüße from a long way off';
  await letters.log.append(
    stream,
    'no-stream',
    [{ type: 'LetterPosted', data: { letterId, to: 'ada', text } }],
    metadata,
  );
  const [row] = await stored(stream);
  for (const secret of ['ada', text, 'from a long']) expect(row!.data).not.toContain(secret);
  expect(row!.data).toContain(letterId);
  expect(Object.keys(JSON.parse(row!.data) as object)).toEqual(['letterId', '$sealed']);
  expect((await read(stream))[0]!.data).toEqual({ letterId, to: 'ada', text });
});

it('reads personal fields as null once their key is destroyed, and all other fields and facts unchanged', async () => {
  const stream = newStream();
  const [erased, kept] = [randomUUID(), randomUUID()];
  await letters.log.append(
    stream,
    'no-stream',
    [letterPosted(erased), letterPosted(kept), letterAnswered(erased)],
    metadata,
  );
  await letters.keys.destroy([erased]);
  expect((await read(stream)).map(({ data }) => data)).toEqual([
    { letterId: erased, to: null, text: null },
    { letterId: kept, to: 'ada' },
    { letterId: erased },
  ]);
});

it('stores no personal field of a fact if its key was destroyed before', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  await letters.keys.destroy([letterId]);
  await letters.log.append(stream, 'no-stream', [letterPosted(letterId)], metadata);
  expect(JSON.parse((await stored(stream))[0]!.data)).toEqual({ letterId });
  expect((await read(stream))[0]!.data).toEqual({ letterId, to: null, text: null });
});

it('does not open sealed fields that were moved to another fact', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  await letters.log.append(
    stream,
    'no-stream',
    [letterPosted(letterId, 'ada'), letterPosted(letterId, 'ben')],
    metadata,
  );
  await letters.pool.query(
    `update facts set data = (select data from facts where stream = $1 and revision = 0) where stream = $1 and revision = 1`,
    [stream],
  );
  await expect(read(stream)).rejects.toThrow(FactUnreadable);
});

it('does not open sealed fields of a fact that was moved to another stream', async () => {
  const [stream, other, letterId] = [newStream(), newStream(), randomUUID()];
  await letters.log.append(stream, 'no-stream', [letterPosted(letterId)], metadata);
  await letters.pool.query('update facts set stream = $2 where stream = $1', [stream, other]);
  await expect(read(other)).rejects.toThrow(/^LetterPosted [0-9a-f-]{36} cannot be read: /);
});

it('upcasts older shapes version by version, sealed fields included', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  await letters.log.append(stream, 'no-stream', [letterPosted(letterId, 'ada')], metadata);
  const log = reshaped({
    LetterPosted: {
      ...letterShapes.LetterPosted,
      v: 3,
      upcast: { 1: ({ to, ...data }) => ({ ...data, names: [to] }), 2: (data) => ({ ...data, weight: 20 }) },
    },
  });
  expect((await read(stream, log))[0]!.data).toEqual({ letterId, names: ['ada'], weight: 20 });
  await log.append(stream, 0, [letterPosted(letterId, 'ben')], metadata);
  expect(await read(stream, log)).toMatchObject([{ metadata: { v: 1 } }, { data: { to: 'ben' }, metadata: { v: 3 } }]);
});

it('follows opened facts and reports its position', async () => {
  const [stream, letterId, after] = [newStream(), randomUUID(), await letters.store.head()];
  const { position } = await letters.log.append(
    stream,
    'no-stream',
    [letterPosted(letterId), letterAnswered(letterId)],
    metadata,
  );
  const stopping = new AbortController();
  for await (const batch of letters.log.follow(after, { signal: stopping.signal })) {
    expect(batch).toMatchObject({ position, atHead: true, facts: [letterPosted(letterId), letterAnswered(letterId)] });
    stopping.abort();
  }
});

it('reads a stream longer than a page, also backwards and with a limit', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  await letters.log.append(
    stream,
    'no-stream',
    Array.from({ length: 1100 }, () => letterAnswered(letterId)),
    metadata,
  );
  expect((await read(stream)).map(({ revision }) => revision)).toEqual(Array.from({ length: 1100 }, (_, n) => n));
  const last: number[] = [];
  for await (const { revision } of letters.log.read(stream, { backwards: true, limit: 2 })) last.push(revision);
  expect(last).toEqual([1099, 1098]);
});

it('neither writes nor skips a fact of an unknown type', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  const unknown = { type: 'LetterBurnt', data: { letterId } };
  const head = await letters.store.head();
  await expect(letters.log.append(stream, 'no-stream', [unknown], metadata)).rejects.toThrow(
    'LetterBurnt is not known',
  );
  await letters.store.append(stream, 'no-stream', [{ ...unknown, id: randomUUID(), metadata: { ...metadata, v: 1 } }]);
  await expect(read(stream)).rejects.toThrow('LetterBurnt is not known');
  const following = letters.log.follow(head, { signal: new AbortController().signal })[Symbol.asyncIterator]();
  await expect(following.next()).rejects.toThrow('LetterBurnt is not known');
});

it('does not read a fact of a newer shape as if its shape were known', async () => {
  const stream = newStream();
  const { position } = await letters.log.append(stream, 'no-stream', [letterAnswered(randomUUID())], metadata);
  const answered = { v: letterShapes.LetterAnswered.v + 1 };
  await reshaped({ LetterAnswered: answered }).append(stream, 0, [letterAnswered(randomUUID())], metadata);
  const newer = { name: 'FactUnreadable', isOfNewerRelease: true, fact: { type: 'LetterAnswered', revision: 1 } };
  await expect(read(stream)).rejects.toMatchObject(newer);
  const following = letters.log.follow(position, { signal: new AbortController().signal })[Symbol.asyncIterator]();
  await expect(following.next()).rejects.toMatchObject(newer);
  expect(await read(stream, reshaped({ LetterAnswered: answered }))).toHaveLength(2);
});

it('opens a fact that followers share once, and for none of them after its key is destroyed', async () => {
  const [stream, letterId] = [newStream(), randomUUID()];
  const { position } = await letters.log.append(stream, 'no-stream', [letterPosted(letterId, 'ada')], metadata);
  const [fact] = await storedFacts(stream);
  const shared: Pick<EventStore, 'follow'> = {
    follow: async function* () {
      yield { facts: [fact!], position, atHead: true, shared: true };
    },
  };
  const log = new FactLog(
    shared as EventStore,
    letters.keys,
    letterShapes as unknown as Record<string, FactShape<object>>,
  );
  const followed = async (): Promise<Recorded> => {
    for await (const { facts } of log.follow(position, { signal: new AbortController().signal })) return facts[0]!;
    throw new Error('the log delivered no batch');
  };
  const first = await followed();
  expect(first.data).toEqual(letterPosted(letterId, 'ada').data);
  expect(await followed()).toBe(first);
  await letters.keys.destroy([letterId]);
  expect((await followed()).data).toEqual({ letterId, to: null, text: null });
});

/** A log that delivers the stream page by page, as to a follower that is behind the tail. */
function behind(stream: string): FactLog {
  const pages: Pick<EventStore, 'follow'> = {
    follow: async function* () {
      const facts = await storedFacts(stream);
      for (let at = 0; at < facts.length; at += 150) {
        const page = facts.slice(at, at + 150);
        yield { facts: page, position: page.at(-1)!.position, atHead: at + 150 >= facts.length };
      }
    },
  };
  return new FactLog(pages as EventStore, letters.keys, letterShapes as unknown as Record<string, FactShape<object>>);
}

it.each(['follow', 'followPrefetched'] as const)('reads many facts like few, in their order (%s)', async (how) => {
  const stream = newStream();
  const ids = Array.from({ length: 320 }, () => randomUUID());
  const facts = ids.map((letterId) => letterPosted(letterId, `Zoë ${letterId}`));
  await letters.log.append(stream, 'no-stream', facts, metadata);
  await letters.keys.destroy([ids[7]!]);
  const read: Recorded[] = [];
  for await (const batch of behind(stream)[how](START, { signal: new AbortController().signal, batchSize: 200 }))
    read.push(...batch.facts);
  const erased = { letterId: ids[7]!, to: null, text: null };
  expect(read.map(({ data }) => data)).toEqual(facts.map(({ data }, n) => (n === 7 ? erased : data)));
});

it('names the one fact among many that cannot be opened', async () => {
  const stream = newStream();
  const facts = Array.from({ length: 150 }, () => letterPosted(randomUUID()));
  await letters.log.append(stream, 'no-stream', facts, metadata);
  await letters.pool.query(
    `update facts set data = (select data from facts where stream = $1 and revision = 0) where stream = $1 and revision = 120`,
    [stream],
  );
  const { id } = (await storedFacts(stream))[120]!;
  const following = behind(stream).follow(START, { signal: new AbortController().signal })[Symbol.asyncIterator]();
  const unreadable = { name: 'FactUnreadable', isOfNewerRelease: false, fact: { id } };
  await expect(following.next()).rejects.toMatchObject(unreadable);
});

async function storedFacts(stream: string): Promise<StoredFact[]> {
  const facts: StoredFact[] = [];
  for await (const fact of letters.store.read(stream)) facts.push(fact);
  return facts;
}
