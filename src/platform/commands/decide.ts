import { setTimeout as pause } from 'node:timers/promises';
import type { Actor, Decider, Fact } from '../domain.js';
import { Refused } from '../domain.js';
import type { ExpectedRevision, Position } from '../log/event-store.js';
import { START, WrongExpectedRevision } from '../log/event-store.js';
import type { FactLog, Recorded } from '../log/fact-log.js';
import { reached } from '../steps.js';
import { type Loaded, StateCache } from './state-cache.js';
import { StreamQueue } from './stream-queue.js';

const LEAST_TRIES = 3;
const GIVE_UP_AFTER_MS = 5000;
/** Of the pause before a stream is tried again that others have moved. */
const LONGEST_PAUSE_MS = 50;
/** Others changed the stream over and over at the same moment. Asking again may help. */
export const CHANGED_MEANWHILE = 'changed-meanwhile';

/** Who asked for a command, by which way, and what it follows from: becomes the metadata of its facts. */
export interface Origin {
  actor: Actor;
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  /** `web`, `api:<token name>`, a saga's name, `mail-worker` */
  via: string;
  correlationId: string;
  causationId: string | null;
  /** stable over repetitions of the same request (from its Idempotency-Key), else random: ids made from it are the same again */
  commandId: string;
  /** revision that the caller has seen (If-Match) */
  ifMatch?: number;
}

/** What the system does by itself: in which part of it, and about what. */
export const bySystem = (via: string, about: string): Origin => ({
  actor: { id: 'system', role: 'system' },
  by: 'system',
  via,
  correlationId: about,
  causationId: null,
  commandId: about,
});

export interface Decided<S> {
  /** of the stream afterwards; -1 when it has no facts */
  revision: number;
  /** of the last fact that this decision wrote, or else read */
  position: Position;
  /** how many facts were written */
  written: number;
  state: S;
}

export interface DecideOptions {
  /** 412 unless the stream stands at this revision */
  ifMatch?: number | undefined;
  /** expect a new stream at first and load it only when it turns out to exist: saves a read where that is rare */
  assumeNew?: boolean;
  /** the state is made of the last n facts only */
  last?: number;
}

/** @throws Refused 412 unless the caller has seen this revision */
export function refuseStale(revision: number, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== revision)
    throw new Refused('changed-since', 'stale', `it is at revision ${revision}, not at ${ifMatch}`);
}

/**
 * Load, fold, decide, append with the revision read. The only append there is. Who decides on the same stream in this process does
 * so in turn; whom another process overtakes decides again.
 */
export class Decide {
  private readonly remembered = new StateCache();
  private readonly turns: StreamQueue;

  /** @param giveUpAfterMs how long a decision is tried that others overtake, but three times at least */
  constructor(
    private readonly log: FactLog,
    private readonly now: () => Date = () => new Date(),
    private readonly giveUpAfterMs = GIVE_UP_AFTER_MS,
  ) {
    this.turns = new StreamQueue(giveUpAfterMs);
  }

  /** @throws Refused when a rule is broken, the stream is not at `ifMatch` (412), or it does not stop moving (409) */
  on<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    origin: Origin,
    decide: (state: S) => readonly F[],
    options: DecideOptions = {},
  ): Promise<Decided<S>> {
    return this.turns.take(stream, async () => {
      const since = performance.now();
      for (let tries = 1; ; tries++) {
        const assumeNew = options.assumeNew === true && tries === 1;
        const decided = await this.tried(stream, decider, origin, decide, { ...options, assumeNew });
        if (!(decided instanceof WrongExpectedRevision)) return decided;
        if (tries >= LEAST_TRIES && performance.now() - since >= this.giveUpAfterMs)
          throw new Refused(CHANGED_MEANWHILE, 'conflict', `${stream} was changed by others at the same moment`, {
            cause: decided,
          });
        if (tries > 1) await pause(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MS));
      }
    });
  }

  private async tried<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    origin: Origin,
    decide: (state: S) => readonly F[],
    { assumeNew, last, ifMatch }: DecideOptions,
  ): Promise<Decided<S> | WrongExpectedRevision> {
    const loaded = assumeNew
      ? { state: decider.initial, revision: -1, position: START }
      : await this.load(stream, decider, last);
    refuseStale(loaded.revision, ifMatch);
    const facts = decide(loaded.state);
    if (facts.length === 0) return { ...loaded, written: 0 };
    try {
      const expected: ExpectedRevision = loaded.revision < 0 ? 'no-stream' : loaded.revision;
      reached('decide.before-append');
      const appended = await this.log.append(stream, expected, facts, {
        by: origin.by,
        via: origin.via,
        at: this.now().toISOString(),
        correlationId: origin.correlationId,
        causationId: origin.causationId,
      });
      reached('decide.after-append');
      return {
        ...appended,
        written: facts.length,
        state: facts.reduce((state, fact) => decider.evolve(state, fact), loaded.state),
      };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      if (!(typeof error.actual === 'number' && error.actual > loaded.revision)) this.remembered.forget(stream);
      return error;
    }
  }

  /** State of a stream, without deciding anything. */
  async load<S, F extends Fact>(stream: string, decider: Decider<S, F>, last?: number): Promise<Loaded<S>> {
    const known = decider.remembered && last === undefined ? this.remembered.of(stream, decider) : undefined;
    const options = last !== undefined ? { backwards: true, limit: last } : known ? { from: known.revision + 1 } : {};
    const facts: Recorded[] = [];
    for await (const fact of this.log.read(stream, options)) facts.push(fact);
    if (last !== undefined) facts.reverse();
    const newest = facts.at(-1);
    const loaded: Loaded<S> = {
      state: facts.reduce(
        (state, fact) => decider.evolve(state, fact as unknown as F),
        known?.state ?? decider.initial,
      ),
      revision: newest?.revision ?? known?.revision ?? -1,
      position: newest?.position ?? known?.position ?? START,
    };
    if (decider.remembered && last === undefined) this.remembered.keep(stream, decider, loaded);
    return loaded;
  }
}
