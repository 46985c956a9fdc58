import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import type { LetterFact, LettersUnderTest } from '../../../test/letters.js';
import { answer, letter, letterPosted, metadata, openLetters } from '../../../test/letters.js';
import type { Origin } from '../commands/decide.js';
import { Decide } from '../commands/decide.js';
import { Refused } from '../domain.js';
import type { Position } from '../log/event-store.js';
import { START } from '../log/event-store.js';
import type { Recorded } from '../log/fact-log.js';
import { FactAtFault, isTransient } from './follow.js';
import type { Saga } from './saga.js';
import { sagaFollower } from './saga.js';

class AnswerLetter {
  constructor(
    readonly letterId: string,
    readonly origin: Origin,
  ) {}
}

const executed: AnswerLetter[] = [];
let decide: Decide;
let errorFor: (letterId: string) => Error | undefined = () => undefined;

@CommandHandler(AnswerLetter)
class AnswerLetterHandler implements ICommandHandler<AnswerLetter> {
  async execute(command: AnswerLetter): Promise<void> {
    executed.push(command);
    const error = errorFor(command.letterId);
    if (error) throw error;
    await decide.on(`letter-${command.letterId}`, letter, command.origin, answer(command.letterId));
  }
}

const NAME = 'answer-letter-when-posted';
const answering: Saga<LetterFact> = {
  name: NAME,
  types: ['LetterPosted'],
  react: ({ type, data }, origin) =>
    type === 'LetterPosted' && data.to === 'ada' ? [new AnswerLetter(data.letterId, origin)] : [],
};

describe('a saga', () => {
  let letters: LettersUnderTest;
  let module: TestingModule;
  let commands: CommandBus;

  beforeEach(async () => {
    letters = await openLetters();
    decide = new Decide(letters.log);
    module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [AnswerLetterHandler],
    }).compile();
    await module.init();
    commands = module.get(CommandBus);
    executed.length = 0;
    errorFor = () => undefined;
  });
  afterEach(async () => {
    await module.close();
    await letters.close();
  });

  const followerOf = (saga: Partial<Saga<LetterFact>> = {}, pool: pg.Pool = letters.pool) =>
    sagaFollower(
      pool,
      letters.checkpoints,
      commands,
      { ...answering, ...saga } as Saga<never>,
      pino({ level: 'silent' }),
    );

  async function posted(to = 'ada'): Promise<{ fact: Recorded; letterId: string }> {
    const letterId = randomUUID();
    await letters.log.append(`letter-${letterId}`, 'no-stream', [letterPosted(letterId, to)], metadata);
    return { fact: (await factsOf(letterId))[0]!, letterId };
  }

  async function factsOf(letterId: string): Promise<Recorded[]> {
    const facts: Recorded[] = [];
    for await (const fact of letters.log.read(`letter-${letterId}`)) facts.push(fact);
    return facts;
  }

  const checkpoint = (): Promise<Position> => letters.checkpoints.begin(NAME);

  it('executes commands with the fact as their cause, then advances its checkpoint', async () => {
    const { fact, letterId } = await posted();
    expect(await followerOf().handle([fact], await checkpoint(), fact.position, true)).toBe(fact.position);
    const [, answered] = await factsOf(letterId);
    const { correlationId } = fact.metadata;
    expect(answered).toMatchObject({
      type: 'LetterAnswered',
      metadata: { by: 'system', via: NAME, causationId: fact.id, correlationId },
    });
    expect(executed[0]!.origin.commandId).toBe(`${NAME} ${fact.id}`);
    expect(await checkpoint()).toBe(fact.position);
  });

  it('does not advance its checkpoint past facts without a command', async () => {
    const [before, needing, after] = [await posted('ben'), await posted(), await posted('ben')];
    const facts = [before.fact, needing.fact, after.fact];
    expect(await followerOf().handle(facts, await checkpoint(), after.fact.position, true)).toBe(needing.fact.position);
    expect(executed.map(({ letterId }) => letterId)).toEqual([needing.letterId]);
    expect(await checkpoint()).toBe(needing.fact.position);
    expect(await followerOf().handle([after.fact], needing.fact.position, after.fact.position, true)).toBe(
      needing.fact.position,
    );
  });

  it('does not react to facts that do not concern it', async () => {
    const { fact } = await posted();
    const from = await checkpoint();
    expect(await followerOf({ concerns: () => false }).handle([fact], from, fact.position, true)).toBe(from);
    expect(executed).toEqual([]);
  });

  it('continues after a refused command', async () => {
    const [first, second] = [await posted(), await posted()];
    errorFor = (letterId) => (letterId === first.letterId ? new Refused('letter-is-lost') : undefined);
    const { position } = second.fact;
    expect(await followerOf().handle([first.fact, second.fact], await checkpoint(), position, true)).toBe(position);
    expect(await factsOf(second.letterId)).toHaveLength(2);
    expect(await checkpoint()).toBe(position);
  });

  it('stops at a fact with an unavailable command, and tries the command again', async () => {
    const { fact, letterId } = await posted();
    errorFor = () => (executed.length === 1 ? new Refused('the-post-is-closed', 'unavailable') : undefined);
    const failed = followerOf().handle([fact], await checkpoint(), fact.position, true);
    const error: unknown = await failed.catch((cause: unknown) => cause);
    expect([error instanceof FactAtFault, isTransient(error), await checkpoint()]).toEqual([true, true, START]);
    expect(await followerOf().handle([fact], START, fact.position, true)).toBe(fact.position);
    expect(await factsOf(letterId)).toHaveLength(2);
  });

  it('stops at a fact with a failed command; the facts before it count', async () => {
    const [first, second] = [await posted(), await posted()];
    errorFor = (letterId) => (letterId === second.letterId ? new TypeError('a bug') : undefined);
    const handled = followerOf().handle([first.fact, second.fact], await checkpoint(), second.fact.position, true);
    const error = (await handled.catch((cause: unknown) => cause)) as FactAtFault;
    expect(error).toBeInstanceOf(FactAtFault);
    expect([error.fact.id, isTransient(error)]).toEqual([second.fact.id, false]);
    expect(await checkpoint()).toBe(first.fact.position);
  });

  it('executes its command again after a failure before the checkpoint; the second time changes nothing', async () => {
    const { fact, letterId } = await posted();
    const from = await checkpoint();
    const closed = new pg.Pool({ connectionString: letters.url });
    await closed.end();
    await expect(followerOf({}, closed).handle([fact], from, fact.position, true)).rejects.toThrow('after calling end');
    expect([executed.length, await checkpoint()]).toEqual([1, START]);

    expect(await followerOf().handle([fact], from, fact.position, true)).toBe(fact.position);
    expect(executed.map(({ origin }) => origin)).toEqual([executed[0]!.origin, executed[0]!.origin]);
    expect((await factsOf(letterId)).map(({ type }) => type)).toEqual(['LetterPosted', 'LetterAnswered']);
  });

  it('stops after another process advanced its checkpoint', async () => {
    const [first, second] = [await posted(), await posted()];
    const from = await checkpoint();
    await letters.checkpoints.move(letters.pool, NAME, from, second.fact.position, true);
    expect(await followerOf().handle([first.fact, second.fact], from, second.fact.position, true)).toBeUndefined();
    expect(executed).toHaveLength(1);
  });

  it('waits for the followers in `after`', async () => {
    const { fact, letterId } = await posted();
    await letters.checkpoints.begin('register-letters');
    const from = await checkpoint();
    const handled = followerOf({ after: ['register-letters'] }).handle([fact], from, fact.position, true);
    await letters.pool.query('select 1');
    expect(executed).toEqual([]);
    await letters.checkpoints.move(letters.pool, 'register-letters', START, fact.position, true);
    expect(await handled).toBe(fact.position);
    expect(await factsOf(letterId)).toHaveLength(2);
  });

  it('selects facts of a batch after the follower that it reads has handled all of it', async () => {
    const [first, second] = [await posted(), await posted()];
    await letters.checkpoints.begin('register-letters');
    const from = await checkpoint();
    const selected: unknown[] = [];
    const select: Saga<LetterFact>['select'] = {
      reads: 'register-letters',
      async from(facts, pool) {
        await pool.query('select 1');
        selected.push(facts.map(({ data }) => data.letterId));
        return facts.filter(({ data }) => data.letterId === second.letterId);
      },
    };
    const saga = followerOf({ select });
    const handled = saga.handle([first.fact, second.fact], from, second.fact.position, true);
    await letters.checkpoints.move(letters.pool, 'register-letters', START, first.fact.position, true);
    await letters.pool.query('select 1');
    expect(selected).toEqual([]);
    await letters.checkpoints.move(letters.pool, 'register-letters', first.fact.position, second.fact.position, true);
    expect(await handled).toBe(second.fact.position);
    expect(selected).toEqual([[first.letterId, second.letterId]]);
    expect(executed.map(({ letterId }) => letterId)).toEqual([second.letterId]);
  });

  it('executes several commands one by one, in their order', async () => {
    const { fact } = await posted();
    const ids = [(await posted('ben')).letterId, (await posted('ben')).letterId];
    const react: Saga<LetterFact>['react'] = (_, origin) => ids.map((letterId) => new AnswerLetter(letterId, origin));
    expect(await followerOf({ react }).handle([fact], await checkpoint(), fact.position, true)).toBe(fact.position);
    expect(executed.map(({ letterId }) => letterId)).toEqual(ids);
    const positions = await Promise.all(ids.map(async (letterId) => (await factsOf(letterId))[1]!.position));
    expect(positions).toEqual(positions.toSorted());
  });
});
