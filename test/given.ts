import type { Decider, Fact } from '../src/platform/domain.js';
import { Refused } from '../src/platform/domain.js';

/** `given(decider, …facts).when(decide).then(…facts)`: without facts, nothing changes. Or `.refuses(reason)`. */
export function given<S, F extends Fact>(decider: Decider<S, F>, ...facts: Fact[]) {
  const state = facts.reduce((so, fact) => decider.evolve(so, fact as F), decider.initial);
  return {
    when(decide: (state: S) => readonly F[]) {
      return {
        then: (...expected: Fact[]): void => expect(decide(state)).toEqual(expected),
        refuses(reason: string, kind?: Refused['kind']): void {
          let thrown: unknown;
          try {
            decide(state);
          } catch (error) {
            thrown = error;
          }
          expect(thrown).toBeInstanceOf(Refused);
          expect((thrown as Refused).reason).toBe(reason);
          if (kind !== undefined) expect((thrown as Refused).kind).toBe(kind);
        },
      };
    },
  };
}
