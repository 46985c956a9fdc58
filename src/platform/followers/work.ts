import type { Position } from '../log/event-store.js';
import type { Recorded } from '../log/fact-log.js';

/** Due work of one key, such as an account. */
export interface Due {
  key: string;
  /** work of one lane shares a part of the slots, so that a dead host holds up its own lane only */
  lane: string;
  /** the person behind the work, or the service: each has a part of the slots, for any amount of work */
  person: string;
}

/** Slots of a process, and the parts of them that one lane, one person, and one person in one lane may take. */
export interface Slots {
  all: number;
  ofLane: number;
  ofPerson: number;
  ofPersonInLane: number;
}

export interface Attempt {
  /** aborted at the end of the process or of the lease, for another process, or by a fact that restarts the work */
  signal: AbortSignal;
  /** The work has read its state up to this position: only later facts restart it. */
  knows: (position: Position) => void;
}

/** A kind of slow work in the outside world, listed by a lookup. */
export interface Work<Row extends Due> {
  /** names leases and lines in the operator's log */
  name: string;
  /** id of the lookup */
  lookup: string;
  /** SQL query of the lookup: due rows with the columns of `Row`, and `since` for their order */
  due: string;
  /** facts after which the lookup may list more */
  startedBy: readonly string[];
  /** facts that change the state by which running work is done */
  restartedBy: readonly string[];
  keyOf(fact: Recorded): string | undefined;
  slots: Slots;
  /**
   * Of work that lasts: all processes hold about as many keys, and a process takes or gives back at most so many in one
   * look. Absent: a process takes as many as it has slots.
   */
  sharedOut?: { atOnce: number };
  /**
   * Reads its state, does the work, and records its end. Called again after an outage and after a restart. The append
   * of the end is refused for a holder that lost its lease without noticing.
   */
  do(row: Row, attempt: Attempt): Promise<void>;
}

/** The work cannot be done now, and a new try at once would not help. */
export class WorkLater extends Error {
  constructor(
    readonly restMs: number,
    reason: string,
  ) {
    super(reason);
    this.name = 'WorkLater';
  }
}
