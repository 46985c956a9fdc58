import { CHANGED_MEANWHILE, type Decide, type Origin } from './decide.js';
import type { Decider, Fact } from '../domain.js';
import { Refused } from '../domain.js';

/** Who has a thing that only one may have at a time. */
export interface Holding {
  heldBy: string | null;
}

/** Such a thing: an address of one contact, a domain of one company. It has a stream of its own. */
export interface Claimable<F extends Fact> {
  stream: string;
  decider: Decider<Holding, F>;
  assigned(to: string): F;
  released(from: string): F;
  /**
   * Whether this holder has it. One that has not was cut off between claim and fact, or gave it up: then its stream says from now on
   * that no claim of before counts, so that it can take no step by one any more.
   */
  has(holder: string): Promise<boolean>;
}

/**
 * One holder a thing, without a transaction over streams. Who wants it: claims it, then writes in his own stream that he has it, if
 * nothing there said meanwhile that his claim does not count.
 */
export class Claims {
  constructor(private readonly decide: Decide) {}

  /**
   * On record also when he holds it already, so that a `release` or a claim of others that began before comes to nothing.
   * Answers the other one who has it, or null: it is claimed.
   */
  async claim<F extends Fact>(thing: Claimable<F>, by: string, origin: Origin): Promise<string | null> {
    const { state, revision } = await this.decide.load(thing.stream, thing.decider);
    const other = state.heldBy === by ? null : state.heldBy;
    if (other !== null && (await thing.has(other))) return other;
    const facts = [...(other === null ? [] : [thing.released(other)]), thing.assigned(by)];
    await this.decide
      .on(thing.stream, thing.decider, origin, () => facts, { ifMatch: revision })
      .catch((error: unknown) => {
        if (!(error instanceof Refused) || error.kind !== 'stale') throw error;
        throw new Refused(CHANGED_MEANWHILE, 'conflict', 'somebody else claimed the same at the same moment');
      });
    return null;
  }

  /** At which revision a thing is held: for `release`. */
  async heldSince<F extends Fact>({ stream, decider }: Claimable<F>): Promise<number> {
    return (await this.decide.load(stream, decider)).revision;
  }

  /** Makes free what he has no more, unless it was claimed again since. */
  async release<F extends Fact>(thing: Claimable<F>, by: string, heldSince: number, origin: Origin): Promise<void> {
    const give = (state: Holding): F[] => (state.heldBy === by ? [thing.released(by)] : []);
    await this.decide.on(thing.stream, thing.decider, origin, give, { ifMatch: heldSince }).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
    });
  }
}
