import type { Decider, Fact } from '../domain.js';
import type { Position } from '../log/event-store.js';

/** What a stream was at a revision. */
export interface Loaded<S> {
  state: S;
  /** -1 when it has no facts */
  revision: number;
  /** of its last fact */
  position: Position;
}

const LONG = 100;
const MOST = 200;

/** States of long streams, of those that were wanted last. What they were at a revision stays so: streams only grow. */
export class StateCache {
  private readonly byStream = new Map<string, { of: object; loaded: Loaded<unknown> }>();

  of<S, F extends Fact>(stream: string, decider: Decider<S, F>): Loaded<S> | undefined {
    const known = this.byStream.get(stream);
    return known?.of === decider ? (known.loaded as Loaded<S>) : undefined;
  }

  keep<S, F extends Fact>(stream: string, decider: Decider<S, F>, loaded: Loaded<S>): void {
    const known = this.byStream.get(stream)?.loaded.revision ?? -1;
    if (loaded.revision < LONG || loaded.revision < known) return;
    this.byStream.delete(stream);
    this.byStream.set(stream, { of: decider, loaded });
    if (this.byStream.size > MOST) this.forget(this.byStream.keys().next().value!);
  }

  forget(stream: string): void {
    this.byStream.delete(stream);
  }
}
