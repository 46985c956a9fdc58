import type { ICommand } from '@nestjs/cqrs';
import type { AnyFact } from '../src/all.events.js';
import type { Origin } from '../src/platform/commands/decide.js';
import type { Fact } from '../src/platform/domain.js';
import { originOf, type Saga } from '../src/platform/followers/saga.js';
import { recorded } from './examples/recorded.js';

/** Given this fact, then the saga proposes these commands, each with the origin of that fact. */
export function reacting<F extends Fact>(saga: Saga<F>, fact: AnyFact) {
  const [given] = recorded([fact]);
  const origin = originOf(given!, saga.name);
  return {
    then(...commands: ((origin: Origin) => ICommand)[]): void {
      const concerned = saga.concerns?.(given as never) ?? true;
      const sent = concerned ? saga.react(given as never, origin) : [];
      expect(sent).toEqual(commands.map((command) => command(origin)));
    },
  };
}
