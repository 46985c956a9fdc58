import type { CommandBus, ICommand } from '@nestjs/cqrs';
import type pg from 'pg';
import type { Logger } from 'pino';
import { lastValueFrom, type Observable, of, toArray } from 'rxjs';
import type { Checkpoints } from './checkpoints.js';
import type { Origin } from './decide.js';
import type { Fact } from './domain.js';
import { Refused } from './domain.js';
import type { Position } from './event-store.js';
import type { Recorded } from './fact-log.js';
import type { Follower } from './follow.js';
import { FactAtFault } from './follow.js';
import { reached } from './kill-points.js';

/** A reaction: facts in, commands out. Its commands carry the origin that it is given. */
export interface Saga<F extends Fact = Fact> {
  /** do-this-when-that */
  name: string;
  types: readonly F['type'][];
  /** followers that must have handled a fact before this saga does */
  after?: readonly string[];
  react(fact$: Observable<Recorded<F>>, origin: Origin): Observable<ICommand>;
}

const WAIT_FOR_OTHERS_MS = 5000;

/** What a saga does is done by the system, because of the fact. */
export const originOf = (fact: Recorded, saga: string): Origin => ({
  actor: { id: 'system', role: 'system' },
  by: 'system',
  via: saga,
  correlationId: fact.metadata.correlationId,
  causationId: fact.id,
  commandId: `${saga} ${fact.id}`,
});

/** At least once: one fact, its commands one by one, then the checkpoint. A refused command is an outcome, not a stop. */
export function sagaFollower(
  pool: pg.Pool,
  checkpoints: Checkpoints,
  commands: CommandBus,
  saga: Saga<never>,
  logger: Logger,
): Follower {
  const { name } = saga;
  const move = async (from: Position, to: Position, atHead: boolean): Promise<boolean> => {
    reached('saga.before-checkpoint');
    const moved = await checkpoints.move(pool, name, from, to, atHead);
    if (moved) checkpoints.reached(name, to);
    reached('saga.after-checkpoint');
    return moved;
  };
  const react = async (fact: Recorded): Promise<void> => {
    const proposed = await lastValueFrom(saga.react(of(fact) as never, originOf(fact, name)).pipe(toArray()));
    if (proposed.length > 0 && saga.after && !(await checkpoints.waitFor(saga.after, fact.position, WAIT_FOR_OTHERS_MS)))
      throw new Refused('waits-for-another-saga', 'unavailable', `${name} waits for ${saga.after.join(', ')}`);
    for (const command of proposed) {
      reached('saga.before-command');
      try {
        await commands.execute(command);
      } catch (error) {
        if (!(error instanceof Refused) || error.kind === 'unavailable') throw error;
        logger.info({ saga: name, fact: fact.id, reason: error.reason }, 'saga command refused');
      }
      reached('saga.after-command');
    }
  };
  return {
    name,
    kind: 'saga',
    types: saga.types,
    batchSize: 200,
    prepare: () => Promise.resolve(),
    async handle(facts, from, to, atHead) {
      let at = from;
      for (const fact of facts) {
        try {
          await react(fact);
        } catch (cause) {
          throw new FactAtFault(fact, cause);
        }
        if (!(await move(at, fact.position, false))) return false;
        at = fact.position;
      }
      return at === to && !atHead ? true : move(at, to, atHead);
    },
  };
}
