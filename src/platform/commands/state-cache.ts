import { LRUCache } from 'lru-cache';
import type { Decider, Fact } from '../domain.js';
import type { Position } from '../log/event-store.js';

/** State of a stream at a revision. */
export interface Loaded<S> {
  state: S;
  /** -1 without facts */
  revision: number;
  /** of the last fact */
  position: Position;
}

/** Facts from which on caching a stream pays. */
const LONG = 100;
const STREAMS = 200;

/** States of long streams, least recently used first out. A state at a revision stays true: streams only grow. */
export class StateCache {
  private readonly byStream = new LRUCache<string, { of: object; loaded: Loaded<unknown> }>({ max: STREAMS });

  get<S, F extends Fact>(stream: string, decider: Decider<S, F>): Loaded<S> | undefined {
    const cached = this.byStream.get(stream);
    return cached?.of === decider ? (cached.loaded as Loaded<S>) : undefined;
  }

  /** Keeps the later of two states. */
  set<S, F extends Fact>(stream: string, decider: Decider<S, F>, loaded: Loaded<S>): void {
    const cached = this.byStream.peek(stream)?.loaded.revision ?? -1;
    if (loaded.revision >= LONG && loaded.revision >= cached) this.byStream.set(stream, { of: decider, loaded });
  }

  delete(stream: string): void {
    this.byStream.delete(stream);
  }
}
