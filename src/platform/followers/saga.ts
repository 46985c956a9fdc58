import type { CommandBus, ICommand } from '@nestjs/cqrs';
import type pg from 'pg';
import type { Logger } from 'pino';
import pLimit from 'p-limit';
import type { Checkpoints } from './checkpoints.js';
import { CHANGED_MEANWHILE, type Origin } from '../commands/decide.js';
import type { Fact } from '../domain.js';
import type { Position } from '../log/event-store.js';
import { Refused } from '../domain.js';
import type { Recorded } from '../log/fact-log.js';
import type { Follower } from './follow.js';
import { FactAtFault } from './follow.js';
import { reached } from '../steps.js';

/** A reaction to facts: `react` returns commands, which carry the given origin. */
export interface Saga<F extends Fact = Fact> {
  /** do-this-when-that */
  name: string;
  types: readonly F['type'][];
  /**
   * False for a fact without any command, decided without opening it further. Default: every fact is passed to `react`.
   */
  concerns?(fact: Recorded<F>): boolean;
  /**
   * Facts of a batch with commands, found by one look at the rows of the follower `reads`. Default: all of them.
   */
  select?: {
    reads: string;
    from(facts: readonly Recorded<F>[], pool: pg.Pool): Promise<readonly Recorded<F>[]>;
  };
  /** Followers that must handle a fact before this saga. */
  after?: readonly string[];
  /** Reactions to facts of different keys run side by side. Without it, one after the other. */
  key?(fact: Recorded<F>): string;
  react(fact: Recorded<F>, origin: Origin): ICommand[];
}

const WAIT_FOR_OTHERS_MS = 5000;
const SIDE_BY_SIDE = 8;

/** The system acts for a saga, because of the fact. */
export const originOf = (fact: Recorded, saga: string): Origin => ({
  actor: { id: 'system', role: 'system' },
  by: 'system',
  via: saga,
  correlationId: fact.metadata.correlationId,
  causationId: fact.id,
  commandId: `${saga} ${fact.id}`,
});

/**
 * At least once: a fact, its commands one by one, then the checkpoint, which never passes an unfinished fact. Facts
 * without a command do not advance it by themselves. A refused command is an outcome, not a stop.
 * @param overtaken reason to drop the commands of a fact, as of a removed account; undefined: execute them
 */
export function sagaFollower(
  pool: pg.Pool,
  checkpoints: Checkpoints,
  commands: CommandBus,
  saga: Saga<never>,
  logger: Logger,
  overtaken: (fact: Recorded) => Promise<string | undefined> = () => Promise.resolve(undefined),
): Follower {
  const { name } = saga;
  const othersAt = async (position: Position, others: readonly string[] = saga.after ?? []): Promise<void> => {
    if (others.length > 0 && !(await checkpoints.waitFor(others, position, WAIT_FOR_OTHERS_MS)))
      throw new Refused('waits-for-another-saga', 'unavailable', `${name} waits for ${others.join(', ')}`);
  };
  const mineOf = async (facts: readonly Recorded[]): Promise<readonly Recorded[]> => {
    const concerned = saga.concerns ? facts.filter((fact) => saga.concerns!(fact as never)) : facts;
    const last = concerned.at(-1);
    if (!saga.select || !last) return concerned;
    await othersAt(last.position, [saga.select.reads]);
    return saga.select.from(concerned as never, pool);
  };
  const react = async (fact: Recorded): Promise<{ acted: boolean }> => {
    const proposed = saga.react(fact as never, originOf(fact, name));
    if (proposed.length === 0) return { acted: false };
    await othersAt(fact.position);
    const reason = await overtaken(fact);
    if (reason !== undefined) logger.info({ saga: name, fact: fact.id, reason }, 'saga command refused');
    for (const command of reason === undefined ? proposed : []) {
      reached('saga.before-command');
      try {
        await commands.execute(command);
      } catch (error) {
        if (!(error instanceof Refused) || error.kind === 'unavailable') throw error;
        if (error.reason === CHANGED_MEANWHILE) throw new Refused(CHANGED_MEANWHILE, 'unavailable', error.detail);
        logger.info({ saga: name, fact: fact.id, reason: error.reason }, 'saga command refused');
      }
      reached('saga.after-command');
    }
    return { acted: reason === undefined };
  };
  return {
    name,
    kind: 'saga',
    types: saga.types,
    batchSize: 200,
    prepare: () => Promise.resolve(),
    async handle(facts, from) {
      let at = from;
      const mine = await mineOf(facts);
      for (const group of saga.key ? [mine] : mine.map((fact) => [fact])) {
        const reactions = inLanes(group, saga, react);
        let owed = false;
        for (const [index, reaction] of reactions.entries()) {
          const fact = group[index]!;
          try {
            if ((await reaction.done).acted) owed = true;
          } catch (cause) {
            await Promise.allSettled(reactions.map(({ done }) => done));
            throw new FactAtFault(fact, cause);
          }
          if (!owed || reactions[index + 1]?.settled) continue;
          reached('saga.before-checkpoint');
          if (!(await checkpoints.move(pool, name, at, fact.position, false))) return undefined;
          checkpoints.reached(name, fact.position);
          reached('saga.after-checkpoint');
          at = fact.position;
          owed = false;
        }
      }
      return at;
    },
  };
}

interface Reaction {
  /** true if any command was executed */
  done: Promise<{ acted: boolean }>;
  settled: boolean;
}

/** Facts of one key run in their order, of different keys side by side. A failure ends its key's lane. */
function inLanes(
  facts: readonly Recorded[],
  saga: Saga<never>,
  react: (fact: Recorded) => Reaction['done'],
): Reaction[] {
  const limit = pLimit(SIDE_BY_SIDE);
  const lanes = new Map<string, Promise<unknown>>();
  return facts.map((fact) => {
    const lane = saga.key?.(fact as never) ?? '';
    const done = (lanes.get(lane) ?? Promise.resolve()).then(() => limit(() => react(fact)));
    lanes.set(lane, done);
    const reaction: Reaction = { done, settled: false };
    done.then(
      () => (reaction.settled = true),
      () => undefined,
    );
    return reaction;
  });
}
