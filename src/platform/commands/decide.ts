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
/** Of the pause before the next try on a stream that other processes have moved. */
const LONGEST_PAUSE_MS = 50;
/** Reason of a refusal: other decisions moved the stream again and again. The caller may try again. */
export const CHANGED_MEANWHILE = 'changed-meanwhile';

/** Caller, way in and cause of a command: becomes the metadata of its facts. */
export interface Origin {
  actor: Actor;
  /** `user:<id>`, `token:<id>` or `system` */
  by: string;
  /** `web`, `api:<token name>`, name of a saga, `mail-worker` */
  via: string;
  correlationId: string;
  causationId: string | null;
  /** Equal for repetitions of one request (from its Idempotency-Key), else random. Ids derived from it repeat too. */
  commandId: string;
  /** revision that the caller has seen (If-Match) */
  ifMatch?: number;
}

/** Origin of the system's own commands. @param via part of the system @param about id of the subject */
export const bySystem = (via: string, about: string): Origin => ({
  actor: { id: 'system', role: 'system' },
  by: 'system',
  via,
  correlationId: about,
  causationId: null,
  commandId: about,
});

export interface Decided<S> {
  /** of the stream afterwards; -1 without facts */
  revision: number;
  /** of the last fact written, or else read */
  position: Position;
  /** number of facts written */
  written: number;
  state: S;
}

/** State of a stream at a revision, known from elsewhere; revision -1: of an empty stream. */
export interface Known<S> {
  state: S;
  revision: number;
}

export interface DecideOptions<S> {
  /** 412 unless the stream stands at this revision */
  ifMatch?: number | undefined;
  /** Expects a new stream first and loads it only if it exists: saves a read where streams are mostly new. */
  assumeNew?: boolean;
  /** Expects the stream as it was loaded or decided before, and loads it only if it has moved: saves a read. */
  assume?: Loaded<S>;
  /** Only later facts are read: for long streams with a lookup. */
  known?: Known<S>;
}

/** @throws Refused 412 unless the caller has seen this revision */
export function refuseStale(revision: number, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== revision)
    throw new Refused(
      'changed-since',
      'stale',
      `It is at revision ${revision}, not at ${ifMatch}: read it again first.`,
    );
}

/**
 * Loads, folds, decides, and appends at the revision that was read: the only append of the service. Decisions of this
 * process on one stream queue up; a decision that another process overtakes is made again.
 */
export class Decide {
  private readonly cache = new StateCache();
  private readonly queue: StreamQueue;

  /** @param giveUpAfterMs duration of tries on a stream that keeps moving; three tries at least */
  constructor(
    private readonly log: FactLog,
    private readonly now: () => Date = () => new Date(),
    private readonly giveUpAfterMs = GIVE_UP_AFTER_MS,
  ) {
    this.queue = new StreamQueue(giveUpAfterMs);
  }

  /** @throws Refused for a broken rule, a stream that is not at `ifMatch` (412), or one that keeps moving (409) */
  on<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    origin: Origin,
    decide: (state: S) => readonly F[],
    options: DecideOptions<S> = {},
  ): Promise<Decided<S>> {
    return this.queue.run(stream, async () => {
      const since = performance.now();
      for (let tries = 1; ; tries++) {
        const assumed = options.assume ?? (options.assumeNew ? newStream(decider) : undefined);
        const decided = await this.try(stream, decider, origin, decide, options, tries === 1 ? assumed : undefined);
        if (!(decided instanceof WrongExpectedRevision)) return decided;
        if (tries >= LEAST_TRIES && performance.now() - since >= this.giveUpAfterMs)
          throw new Refused(CHANGED_MEANWHILE, 'conflict', `${stream} was changed at the same moment: try again.`, {
            cause: decided,
          });
        if (tries > 1) await pause(Math.random() * Math.min(2 ** tries, LONGEST_PAUSE_MS));
      }
    });
  }

  /** State of a stream, without a decision. */
  async load<S, F extends Fact>(stream: string, decider: Decider<S, F>, known?: Known<S>): Promise<Loaded<S>> {
    if (known && known.revision >= 0) return this.loadAfter(stream, decider, known);
    const { reads = 'all' } = decider;
    const cached = reads === 'cached' ? this.cache.get(stream, decider) : undefined;
    const last = reads === 'last' ? 1 : typeof reads === 'number' ? reads : undefined;
    const facts =
      last === undefined
        ? await this.read(stream, { from: (cached?.revision ?? -1) + 1 })
        : (await this.read(stream, { backwards: true, limit: last })).reverse();
    const newest = facts.at(-1) ?? cached;
    const loaded: Loaded<S> = {
      state: facts.reduce(
        (state, fact) => decider.evolve(state, fact as unknown as F),
        cached?.state ?? decider.initial,
      ),
      revision: newest?.revision ?? -1,
      position: newest?.position ?? START,
    };
    if (reads === 'cached') this.cache.set(stream, decider, loaded);
    return loaded;
  }

  /** Reads the last known fact again, for its position. */
  private async loadAfter<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    known: Known<S>,
  ): Promise<Loaded<S>> {
    const facts = await this.read(stream, { from: known.revision });
    const later = facts.filter(({ revision }) => revision > known.revision);
    const newest = facts.at(-1);
    return {
      state: later.reduce((state, fact) => decider.evolve(state, fact as unknown as F), known.state),
      revision: newest?.revision ?? -1,
      position: newest?.position ?? START,
    };
  }

  /** Revision of a stream's last fact; -1 without facts. */
  async revision(stream: string): Promise<number> {
    return (await this.read(stream, LAST))[0]?.revision ?? -1;
  }

  private async read(stream: string, options: Parameters<FactLog['read']>[1]): Promise<Recorded[]> {
    return Array.fromAsync(this.log.read(stream, options));
  }

  private async try<S, F extends Fact>(
    stream: string,
    decider: Decider<S, F>,
    origin: Origin,
    decide: (state: S) => readonly F[],
    { ifMatch, known }: DecideOptions<S>,
    assumed: Loaded<S> | undefined,
  ): Promise<Decided<S> | WrongExpectedRevision> {
    const loaded = assumed ?? (await this.load(stream, decider, known));
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
      // A log that is behind the cache was restored from a backup.
      if (!(typeof error.actual === 'number' && error.actual > loaded.revision)) this.cache.delete(stream);
      return error;
    }
  }
}

const newStream = <S, F extends Fact>({ initial }: Decider<S, F>): Loaded<S> => ({
  state: initial,
  revision: -1,
  position: START,
});

const LAST = { backwards: true, limit: 1 } as const;
