import { randomUUID } from 'node:crypto';
import { batchesOfAtLeast, prefetch } from './prefetch.js';
import type { DataKeys, HeldKey } from '../secrets/data-keys.js';
import type { Fact, FactShape } from '../domain.js';
import type {
  Appended,
  Batch,
  EventStore,
  ExpectedRevision,
  FactMetadata,
  FollowOptions,
  Position,
  ReadOptions,
  StoredFact,
} from './event-store.js';
import { seal, unseal } from '../secrets/sealing.js';

/** A fact for its readers: upcast, with personal fields in clear, or `null` if their key was destroyed. */
export type Recorded<F extends Fact = Fact> = F & {
  id: string;
  stream: string;
  revision: number;
  position: Position;
  metadata: FactMetadata;
};

export interface RecordedBatch {
  facts: Recorded[];
  position: Position;
  atHead: boolean;
}

/** A newer release wrote the fact, or its sealed fields are not those that were written. */
export class FactUnreadable extends Error {
  constructor(
    readonly fact: StoredFact,
    cause: unknown,
  ) {
    super(`${fact.type} ${fact.id} cannot be read: ${(cause as Error).message}`, { cause });
    this.name = 'FactUnreadable';
  }

  /** True if this release does not know the type or the shape of the fact. */
  get isOfNewerRelease(): boolean {
    return this.cause instanceof ShapeUnknown;
  }
}

class ShapeUnknown extends Error {
  constructor(what: string) {
    super(`${what} is not known to this release. Start the newest release that wrote to this log.`);
  }
}

type Shapes = Readonly<Record<string, FactShape<object>>>;
type Data = Record<string, unknown>;
const SEALED = '$sealed';
const NO_TEXTS: ReadonlyMap<StoredFact, string> = new Map();
/** From this number of sealed facts on, a thread unseals them. */
const MANY = 100;
const contextOf = ({ stream, id }: Pick<StoredFact, 'stream' | 'id'>): string => `${stream} ${id}`;

/** A loop: V8 would turn a copy without one property into a dictionary, which is ten times slower. */
function merged(sealed: Data, personal: Data): Data {
  const data: Data = {};
  for (const field in sealed) if (field !== SEALED) data[field] = sealed[field];
  return Object.assign(data, personal);
}

/**
 * The log for the rest of the service: facts in today's shape with personal fields in clear. An append seals those
 * fields.
 */
export class FactLog {
  /** Opened facts; followers at the head of the log share the stored facts. */
  private readonly openedOnce = new WeakMap<StoredFact, Recorded>();

  constructor(
    readonly store: EventStore,
    private readonly keys: DataKeys,
    private readonly shapes: Shapes,
  ) {}

  /**
   * @param origin metadata of every fact except shape version and key
   * @param ids of the facts, for an append that may be repeated
   * @throws Error for an unknown fact type; the errors of `EventStore.append`
   */
  async append(
    stream: string,
    expected: ExpectedRevision,
    facts: readonly Fact[],
    origin: Omit<FactMetadata, 'v' | 'key'>,
    ids: readonly string[] = facts.map(() => randomUUID()),
  ): Promise<Appended> {
    const keyIds = facts.map((fact) => this.shape(fact.type).personal?.key(fact.data));
    const keys = await this.keys.ensure(keyIds.filter((key) => key !== undefined));
    return this.store.append(
      stream,
      expected,
      facts.map((fact, index) => {
        const shape = this.shape(fact.type);
        const keyId = keyIds[index];
        const id = ids[index]!;
        const metadata: FactMetadata = { ...origin, v: shape.v };
        if (shape.personal === undefined || keyId === undefined)
          return { id, type: fact.type, data: fact.data, metadata };
        const fields: readonly string[] = shape.personal.fields;
        const clear: Data = {};
        const personal: Data = {};
        for (const [field, value] of Object.entries(fact.data))
          (fields.includes(field) ? personal : clear)[field] = value;
        const key = keys.get(keyId);
        if (key)
          clear[SEALED] = seal(key, Buffer.from(JSON.stringify(personal)), contextOf({ stream, id })).toString(
            'base64',
          );
        return { id, type: fact.type, data: clear, metadata: { ...metadata, key: keyId } };
      }),
    );
  }

  /** @throws FactUnreadable, StoreUnavailable */
  async *read(stream: string, options?: ReadOptions): AsyncIterable<Recorded> {
    let page: StoredFact[] = [];
    for await (const fact of this.store.read(stream, options)) {
      page.push(fact);
      if (page.length === 500) {
        yield* await this.open(page);
        page = [];
      }
    }
    yield* await this.open(page);
  }

  /** `EventStore.follow` with opened facts. @throws FactUnreadable */
  follow(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    return this.opening(this.store.follow(after, options), (facts) => this.open(facts));
  }

  private async *opening(
    batches: AsyncIterable<Batch>,
    open: (facts: StoredFact[]) => Promise<Recorded[]>,
  ): AsyncIterable<RecordedBatch> {
    for await (const { facts, position, atHead } of batches) yield { facts: await open(facts), position, atHead };
  }

  /**
   * `follow` for readers of many facts: one batch is read and one is opened, off the main thread, while the caller
   * handles the batch before. Before the head of the log, a batch has at least `batchSize` facts.
   */
  followPrefetched(after: Position, options: FollowOptions & { batchSize: number }): AsyncIterable<RecordedBatch> {
    const read = prefetch(batchesOfAtLeast(options.batchSize, this.store.follow(after, options)));
    return prefetch(this.opening(read, (facts) => this.openMany(facts)));
  }

  /** `follow` with personal fields as `null`: loads no key. */
  async *followSealed(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    for await (const { facts, position, atHead } of this.store.follow(after, options))
      yield { facts: facts.map((fact) => this.opened(fact, undefined)), position, atHead };
  }

  /**
   * Opens each fact once for all readers, while its key exists: after the destruction of the key a reader gets `null`,
   * although earlier readers got the text.
   */
  private async open(facts: StoredFact[]): Promise<Recorded[]> {
    const keys = await this.keysOf(facts);
    return facts.map((fact) => {
      const key = keys.get(fact.metadata.key ?? '');
      if (!key) return this.opened(fact, key);
      let opened = this.openedOnce.get(fact);
      if (!opened) this.openedOnce.set(fact, (opened = this.opened(fact, key)));
      return opened;
    });
  }

  private async openMany(facts: StoredFact[]): Promise<Recorded[]> {
    const keys = await this.keysOf(facts);
    const texts = await this.textsInThread(keys, facts);
    return facts.map((fact) => this.opened(fact, keys.get(fact.metadata.key ?? ''), texts.get(fact)));
  }

  private keysOf(facts: readonly StoredFact[]): Promise<ReadonlyMap<string, HeldKey>> {
    return this.keys.held(facts.flatMap((fact) => fact.metadata.key ?? []));
  }

  /** Opened texts of many sealed facts; none for a few, which their reader opens faster. */
  private async textsInThread(
    keys: ReadonlyMap<string, HeldKey>,
    facts: StoredFact[],
  ): Promise<ReadonlyMap<StoredFact, string>> {
    const texts = facts.flatMap((fact) => {
      const key = fact.metadata.key === undefined ? undefined : keys.get(fact.metadata.key);
      const sealed = (fact.data as Data)[SEALED];
      return key && typeof sealed === 'string' ? [{ fact, key, sealed, context: contextOf(fact) }] : [];
    });
    if (texts.length < MANY) return NO_TEXTS;
    const opened = await this.keys.unsealed(texts);
    return new Map(texts.flatMap(({ fact }, n) => (opened[n] === null ? [] : [[fact, opened[n]!]])));
  }

  /** A fact of a type or shape that only a newer release knows is an error: no reader skips or guesses silently. */
  private opened(fact: StoredFact, key: HeldKey | undefined, text?: string): Recorded {
    try {
      const shape = this.shape(fact.type);
      const written = fact.metadata.v;
      if (written > shape.v) throw new ShapeUnknown(`shape ${written} of ${fact.type} (here ${shape.v})`);
      let data = fact.data as Data;
      if (shape.personal && fact.metadata.key !== undefined) {
        const sealed = data[SEALED];
        const personal =
          key && typeof sealed === 'string'
            ? (JSON.parse(
                text ?? unseal(key.open(), Buffer.from(sealed, 'base64'), contextOf(fact)).toString(),
              ) as Data)
            : Object.fromEntries(shape.personal.fields.map((field) => [field, null]));
        data = merged(data, personal);
      }
      for (let v = written; v < shape.v; v++) data = shape.upcast?.[v]?.(data) ?? data;
      return { ...fact, data };
    } catch (cause) {
      throw new FactUnreadable(fact, cause);
    }
  }

  private shape(type: string): FactShape<object> {
    const shape = this.shapes[type];
    if (!shape) throw new ShapeUnknown(`fact type ${type}`);
    return shape;
  }
}
