import type { Actor, Decider, Fact } from './domain.js';
import { Refused } from './domain.js';
import type { ExpectedRevision, Position } from './event-store.js';
import { START, WrongExpectedRevision } from './event-store.js';
import type { FactLog, Recorded } from './fact-log.js';
import { reached } from './kill-points.js';

const TRIES = 3;
/** Others changed the stream at the same moment, three times. Asking again may help. */
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

/** Load, fold, decide, append with the revision read. The only append there is. */
export class Decide {
  constructor(
    private readonly log: FactLog,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws Refused when a rule is broken, the stream is not at `ifMatch` (412), or it moved three times (409) */
  async on<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    origin: Origin,
    decide: (state: S) => readonly F[],
    options: DecideOptions = {},
  ): Promise<Decided<S>> {
    let moved: unknown;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const fresh = options.assumeNew === true && attempt === 0;
      const loaded = fresh
        ? { state: decider.initial, revision: -1, position: START }
        : await this.load(stream, decider, options.last);
      refuseStale(loaded.revision, options.ifMatch);
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
        moved = error;
      }
    }
    throw new Refused(CHANGED_MEANWHILE, 'conflict', `${stream} was changed by others at the same moment`, { cause: moved });
  }

  /** State of a stream, without deciding anything. */
  async load<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    last?: number,
  ): Promise<{ state: S; revision: number; position: Position }> {
    const facts: Recorded[] = [];
    for await (const fact of this.log.read(stream, last === undefined ? {} : { backwards: true, limit: last })) facts.push(fact);
    if (last !== undefined) facts.reverse();
    const newest = facts.at(-1);
    return {
      state: facts.reduce((state, fact) => decider.evolve(state, fact as unknown as F), decider.initial),
      revision: newest?.revision ?? -1,
      position: newest?.position ?? START,
    };
  }
}
