import type { Decider, Fact } from '../domain.js';
import { Refused } from '../domain.js';
import { CHANGED_MEANWHILE, type Decide, type Origin } from './decide.js';

/** State of a thing with one holder at most. */
export interface Holding {
  heldBy: string | null;
}

/** A thing with one holder at most and a stream of its own, such as an address of contacts or a domain of companies. */
export interface Claimable<F extends Fact> {
  stream: string;
  decider: Decider<Holding, F>;
  /** @param from the earlier holder, after its claim was voided; null: the thing is free, or `to` holds it already */
  assigned(to: string, from: string | null): F[];
  released(from: string): F;
  /**
   * Returns true when `holder` has the thing on record, in its own stream. Otherwise appends a fact to that stream that
   * voids earlier claims if `holder` crashed between claiming and recording, or gave the thing up.
   */
  confirmOrVoid(holder: string): Promise<boolean>;
}

/**
 * One holder for each thing, without a transaction over streams and without timeouts. A holder claims a thing in the
 * stream of the thing, and then records in its own stream that it has the thing, unless a fact there voids that claim.
 */
export class Claims {
  constructor(private readonly decide: Decide) {}

  /**
   * Writes a fact also when `by` holds the thing already, so that a `release` or a claim that began earlier fails.
   * Returns another holder that has the thing on record; null if the claim succeeded.
   * @throws Refused 409 `changed-meanwhile` when another claim or release happened at the same moment
   */
  async claim<F extends Fact>(thing: Claimable<F>, by: string, origin: Origin): Promise<string | null> {
    const { state, revision } = await this.decide.load(thing.stream, thing.decider);
    const other = state.heldBy === by ? null : state.heldBy;
    if (other !== null && (await thing.confirmOrVoid(other))) return other;
    await this.decide
      .on(thing.stream, thing.decider, origin, () => thing.assigned(by, other), { ifMatch: revision })
      .catch((error: unknown) => {
        if (!(error instanceof Refused) || error.kind !== 'stale') throw error;
        throw new Refused(
          CHANGED_MEANWHILE,
          'conflict',
          'Another claim or release happened at the same moment. Try again.',
        );
      });
    return null;
  }

  /** Revision of the stream of a thing, for `release`. */
  async heldSince<F extends Fact>({ stream, decider }: Claimable<F>): Promise<number> {
    return (await this.decide.load(stream, decider)).revision;
  }

  /** Frees a thing that `by` does not have any more, unless the thing was claimed since revision `heldSince`. */
  async release<F extends Fact>(thing: Claimable<F>, by: string, heldSince: number, origin: Origin): Promise<void> {
    const release = (state: Holding): F[] => (state.heldBy === by ? [thing.released(by)] : []);
    await this.decide
      .on(thing.stream, thing.decider, origin, release, { ifMatch: heldSince })
      .catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
      });
  }
}
