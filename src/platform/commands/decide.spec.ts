import { randomUUID } from 'node:crypto';
import type { Letter, LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { answer, letter, letterAnswered, letterPosted, metadata, openLetters, origin } from '../../../test/letters.js';
import { Decide } from './decide.js';
import { type Decider, Refused } from '../domain.js';
import type { NewFact } from '../log/event-store.js';
import { START } from '../log/event-store.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
let letters: LettersUnderTest;
let decide: Decide;
beforeAll(async () => {
  letters = await openLetters();
  decide = new Decide(letters.log, () => NOW);
});
afterAll(() => letters.close());

async function posted(): Promise<{ stream: string; id: string }> {
  const id = randomUUID();
  await letters.log.append(`letter-${id}`, 'no-stream', [letterPosted(id)], metadata);
  return { stream: `letter-${id}`, id };
}

async function typesIn(stream: string): Promise<string[]> {
  const types: string[] = [];
  for await (const fact of letters.log.read(stream)) types.push(fact.type);
  return types;
}

const refusal = (decision: Promise<unknown>): Promise<Refused> =>
  decision.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => (error instanceof Refused ? error : Promise.reject(error as Error)),
  );

/** A rule; during each of its first `times` runs, another process appends to the stream. */
function overtaken(stream: string, times: number): { seen: Letter[]; rule: (state: Letter) => LetterFact[] } {
  const seen: Letter[] = [];
  const otherFact = (): NewFact => ({
    ...letterAnswered('theirs'),
    id: randomUUID(),
    metadata: { ...metadata, v: 1 },
  });
  const rule = (state: Letter): LetterFact[] => {
    const revision = seen.push(state) - 1;
    if (revision < times) void letters.store.append(stream, revision, [otherFact()]);
    return [letterAnswered('mine')];
  };
  return { seen, rule };
}

it('records the decided facts with author, way in, time and cause', async () => {
  const { stream, id } = await posted();
  const decided = await decide.on(stream, letter, { ...origin, causationId: 'c1' }, answer(id));
  expect(decided).toMatchObject({ revision: 1, written: 1, state: 'answered' });
  const facts = [];
  for await (const fact of letters.log.read(stream)) facts.push(fact);
  const { by, via, correlationId } = origin;
  const at = NOW.toISOString();
  expect(facts[1]).toMatchObject({ metadata: { by, via, at, correlationId, causationId: 'c1', v: 1 } });
  expect(facts[1]!.position).toBe(decided.position);
});

it('creates a new stream', async () => {
  const id = randomUUID();
  const decided = await decide.on(`letter-${id}`, letter, origin, () => [letterPosted(id), letterAnswered(id)]);
  expect(decided).toMatchObject({ revision: 1, written: 2, state: 'answered' });
});

it('writes nothing for a decision without facts, and returns the position of the stream', async () => {
  const { stream, id } = await posted();
  const first = await decide.on(stream, letter, origin, answer(id));
  expect(await decide.on(stream, letter, origin, answer(id))).toEqual({ ...first, written: 0 });
  expect(await decide.on('letter-of-nobody', letter, origin, () => [])).toMatchObject({
    revision: -1,
    position: START,
    written: 0,
  });
});

it('reads only the facts after a known revision', async () => {
  const { stream } = await posted();
  await letters.log.append(stream, 0, [letterAnswered('one')], metadata);
  const states: Letter[] = [];
  const rule = (state: Letter): LetterFact[] => {
    states.push(state);
    return [];
  };
  const at = (revision: number) => ({ known: { state: 'posted' as const, revision } });
  const decided = await decide.on(stream, letter, origin, rule);
  expect(await decide.on(stream, letter, origin, rule, at(1))).toEqual({ ...decided, state: 'posted' });
  expect(await decide.on(stream, letter, origin, rule, at(0))).toEqual(decided);
  const written = await decide.on(stream, letter, origin, () => [letterAnswered('two')], at(0));
  expect(written).toMatchObject({ revision: 2, state: 'answered' });
  expect(await decide.on('letter-of-nobody', letter, origin, rule, at(-1))).toMatchObject({ revision: -1 });
  expect(states).toEqual(['answered', 'posted', 'answered', 'absent']);
});

it('throws the refusal of a rule and writes nothing', async () => {
  expect(await refusal(decide.on('letter-of-nobody', letter, origin, answer('x')))).toMatchObject({
    reason: 'letter-not-found',
  });
  expect(await typesIn('letter-of-nobody')).toEqual([]);
});

describe('a decision on a stream that changes meanwhile', () => {
  it.each([1, 2])('is made again on the current state (%i times)', async (times) => {
    const { stream } = await posted();
    const { seen, rule } = overtaken(stream, times);
    expect(await decide.on(stream, letter, origin, rule)).toMatchObject({ revision: times + 1, written: 1 });
    expect(seen).toEqual(['posted', ...Array<Letter>(times).fill('answered')]);
  });

  it('is made again until the time limit', async () => {
    const { stream } = await posted();
    const { seen, rule } = overtaken(stream, 9);
    expect(await decide.on(stream, letter, origin, rule)).toMatchObject({ revision: 10, written: 1 });
    expect(seen).toHaveLength(10);
  });

  it('is refused as changed meanwhile after the time limit and three tries', async () => {
    const { stream } = await posted();
    const { seen, rule } = overtaken(stream, 3);
    const hurried = new Decide(letters.log, () => NOW, 0);
    expect(await refusal(hurried.on(stream, letter, origin, rule))).toMatchObject({
      reason: 'changed-meanwhile',
      kind: 'conflict',
    });
    expect(seen).toHaveLength(3);
    expect(await typesIn(stream)).toHaveLength(4);
  });

  it('queues behind others of this process instead of being made again', async () => {
    const { stream } = await posted();
    let asked = 0;
    const rule = (): LetterFact[] => {
      asked++;
      return [letterAnswered('mine')];
    };
    const all = await Promise.all(Array.from({ length: 20 }, () => decide.on(stream, letter, origin, rule)));
    expect(all.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(asked).toBe(20);
  });

  it('is recorded, with all others of two processes', async () => {
    const { stream } = await posted();
    const elsewhere = new Decide(letters.log, () => NOW);
    const each = [decide, elsewhere].flatMap((one) =>
      Array.from({ length: 20 }, () => one.on(stream, letter, origin, () => [letterAnswered('mine')])),
    );
    const revisions = (await Promise.all(each)).map(({ revision }) => revision);
    expect(revisions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });

  it('obeys its rule among many at the same moment', async () => {
    const { stream, id } = await posted();
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => decide.on(stream, letter, origin, answer(id))),
    );
    expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await typesIn(stream)).toEqual(['LetterPosted', 'LetterAnswered']);
  });
});

describe('If-Match', () => {
  it('accepts the current revision', async () => {
    const { stream, id } = await posted();
    expect(await decide.on(stream, letter, origin, answer(id), { ifMatch: 0 })).toMatchObject({ revision: 1 });
  });

  it.each([-1, 1])('refuses revision %i as stale before the rule runs', async (ifMatch) => {
    const { stream } = await posted();
    const rule = (): never => {
      throw new Error('the rule ran');
    };
    expect(await refusal(decide.on(stream, letter, origin, rule, { ifMatch }))).toMatchObject({
      reason: 'changed-since',
      kind: 'stale',
    });
  });

  it('refuses as stale too if the stream changes after the comparison', async () => {
    const { stream } = await posted();
    const { rule } = overtaken(stream, 1);
    expect(await refusal(decide.on(stream, letter, origin, rule, { ifMatch: 0 }))).toMatchObject({ kind: 'stale' });
  });
});

it('loads a stream that is assumed new only if it exists', async () => {
  const { stream, id } = await posted();
  const seen: Letter[] = [];
  const rule = (state: Letter): LetterFact[] => {
    seen.push(state);
    return state === 'absent' ? [letterPosted(id)] : [];
  };
  expect(await decide.on(stream, letter, origin, rule, { assumeNew: true })).toMatchObject({ revision: 0, written: 0 });
  expect(seen).toEqual(['absent', 'posted']);
  seen.length = 0;
  expect(await decide.on(`letter-${randomUUID()}`, letter, origin, rule, { assumeNew: true })).toMatchObject({
    written: 1,
  });
  expect(seen).toEqual(['absent']);
});

it('makes the state of the last facts alone for a decider that reads no more', async () => {
  const { stream } = await posted();
  const count = { initial: 0, evolve: (n: number) => n + 1 };
  const last = { ...count, reads: 'last' } as const;
  for (let n = 0; n < 3; n++) await letters.log.append(stream, n, [letterAnswered('x')], metadata);
  expect(await decide.load(stream, count)).toMatchObject({ state: 4, revision: 3 });
  expect(await decide.load(stream, last)).toMatchObject({ state: 1, revision: 3 });
  expect(await decide.on(stream, last, origin, () => [letterAnswered('x')])).toMatchObject({ state: 2, revision: 4 });
  const types = { initial: '', evolve: (all: string, { type }: LetterFact) => `${all} ${type}` };
  expect(await decide.load(stream, { ...types, reads: 2 })).toMatchObject({
    revision: 4,
    state: ' LetterAnswered'.repeat(2),
  });
  expect(await decide.load(stream, { ...types, reads: 9 })).toMatchObject({
    revision: 4,
    state: ` LetterPosted${' LetterAnswered'.repeat(4)}`,
  });
  expect(await decide.revision(stream)).toBe(4);
  expect(await decide.revision('letter-of-nobody')).toBe(-1);
});

describe('a long stream with a cached state', () => {
  const FACTS = 150;
  let folded = 0;
  const count: Decider<number, LetterFact> = {
    initial: 0,
    reads: 'cached',
    evolve: (n) => (folded++, n + 1),
  };
  const long = async (): Promise<string> => {
    const stream = `letter-${randomUUID()}`;
    await letters.log.append(
      stream,
      'no-stream',
      Array.from({ length: FACTS }, () => letterAnswered('x')),
      metadata,
    );
    expect(await decide.load(stream, count)).toMatchObject({ state: FACTS });
    folded = 0;
    return stream;
  };

  it('is read from the cached revision on', async () => {
    const stream = await long();
    const before = await decide.load(stream, count);
    expect([before.state, before.revision, folded]).toEqual([FACTS, FACTS - 1, 0]);
    await letters.log.append(stream, FACTS - 1, [letterAnswered('x')], metadata);
    expect(await decide.load(stream, count)).toMatchObject({ state: FACTS + 1, revision: FACTS });
    expect(folded).toBe(1);
  });

  it('is decided on in its current state, also after changes by another process', async () => {
    const stream = await long();
    const elsewhere = new Decide(letters.log);
    const seen: number[] = [];
    const rule = (n: number): LetterFact[] => (seen.push(n), [letterAnswered('x')]);
    for (const one of [decide, elsewhere, elsewhere, decide]) await one.on(stream, count, origin, rule);
    expect(seen).toEqual([0, 1, 2, 3].map((n) => FACTS + n));
  });

  it('has another state for another decider', async () => {
    const stream = await long();
    expect(await decide.load(stream, { ...count, evolve: (n: number) => n + 2 })).toMatchObject({ state: 2 * FACTS });
    expect(await decide.load(stream, count)).toMatchObject({ state: FACTS });
  });

  it('loses its cached state if the log has fewer facts', async () => {
    const stream = await long();
    await letters.pool.query('delete from facts where stream = $1 and revision > 3', [stream]);
    expect(await decide.on(stream, count, origin, () => [letterAnswered('x')])).toMatchObject({
      state: 5,
      revision: 4,
    });
  });
});
