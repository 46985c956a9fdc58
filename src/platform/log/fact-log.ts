import { randomUUID } from 'node:crypto';
import { ahead, gathered } from './prefetch.js';
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

/** A fact as it is read: upcast, personal fields opened, or `null` where their key was destroyed. */
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

/** Of a type that only a newer release knows, or its sealed fields are not those that were written. */
export class FactUnreadable extends Error {
  constructor(
    readonly fact: StoredFact,
    cause: unknown,
  ) {
    super(`${fact.type} ${fact.id} cannot be read: ${(cause as Error).message}`, { cause });
    this.name = 'FactUnreadable';
  }
}

type Shapes = Readonly<Record<string, FactShape<object>>>;
type Data = Record<string, unknown>;
/** Facts that nobody else has, that every follower is given, or that somebody else may be given too. */
type Whose = 'ours' | 'shared' | 'lent';
const SEALED = '$sealed';
const NO_KEYS: ReadonlyMap<string, HeldKey> = new Map();
const NO_TEXTS: ReadonlyMap<StoredFact, string> = new Map();
/** From so many on, a thread unseals them. */
const MANY = 100;
const contextOf = ({ stream, id }: Pick<StoredFact, 'stream' | 'id'>): string => `${stream} ${id}`;

/** Into what JSON made, whose last field is the sealed one: an object that is put together anew becomes a dictionary, ten times slower. */
function united(clear: Data, personal: Data): Data {
  delete clear[SEALED];
  return Object.assign(clear, personal);
}

/** The log as the rest of the service sees it: facts in today's shape, personal fields in clear, sealed on their way in. */
export class FactLog {
  /** What a dozen followers are given at the head of the log, opened once for all of them. */
  private readonly openedOnce = new WeakMap<StoredFact, Recorded>();

  constructor(
    readonly store: EventStore,
    private readonly keys: DataKeys,
    private readonly shapes: Shapes,
  ) {}

  /**
   * @param origin metadata of every fact but its shape version and key
   * @param ids of the facts, for an append that may be asked again
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

  follow(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    return this.opening(this.store.follow(after, options));
  }

  private async *opening(batches: AsyncIterable<Batch>): AsyncIterable<RecordedBatch> {
    for await (const { facts, position, atHead, shared } of batches)
      yield { facts: await this.open(facts, shared ? 'shared' : 'ours'), position, atHead };
  }

  /**
   * As `follow`, for who reads much: one batch is read and one opened while the caller works at the one before. Before the head
   * of the log a batch holds at least `batchSize` facts, however few come at once.
   */
  followAhead(after: Position, options: FollowOptions & { batchSize: number }): AsyncIterable<RecordedBatch> {
    return ahead(this.opening(ahead(gathered(this.store.follow(after, options), options.batchSize))));
  }

  /** As `follow`, but what is personal stays sealed: it reads as `null`, and no key is asked for. */
  async *followSealed(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    for await (const { facts, position, atHead } of this.store.follow(after, options))
      yield { facts: this.readWith(NO_KEYS, facts, 'lent'), position, atHead };
  }

  /** Facts of a type that this release does not know (a newer one wrote them) are an error, never skipped in silence. */
  private async open(facts: StoredFact[], whose: Whose = 'lent'): Promise<Recorded[]> {
    const keys = await this.keys.held(facts.flatMap((fact) => fact.metadata.key ?? []));
    const texts = whose === 'ours' ? await this.textsInThread(keys, facts) : NO_TEXTS;
    return this.readWith(keys, facts, whose, texts);
  }

  /** What is sealed in many facts; of few it is opened where it is read. */
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

  private readWith(
    keys: ReadonlyMap<string, HeldKey>,
    facts: StoredFact[],
    whose: Whose,
    texts: ReadonlyMap<StoredFact, string> = NO_TEXTS,
  ): Recorded[] {
    return facts.map((fact) => {
      const key = fact.metadata.key === undefined ? undefined : keys.get(fact.metadata.key);
      try {
        if (whose === 'shared' && key) return this.once(fact, key);
        return this.opened(fact, key, whose === 'ours', texts.get(fact));
      } catch (cause) {
        throw new FactUnreadable(fact, cause);
      }
    });
  }

  /** Only while its key is there: whoever asks after it was destroyed reads `null`, whatever others have read before. */
  private once(fact: StoredFact, key: HeldKey): Recorded {
    let opened = this.openedOnce.get(fact);
    if (!opened) this.openedOnce.set(fact, (opened = this.opened(fact, key)));
    return opened;
  }

  /** A fact that is ours becomes what it is read as. */
  private opened(fact: StoredFact, key: HeldKey | undefined, ours = false, text?: string): Recorded {
    const shape = this.shape(fact.type);
    let data = fact.data as Data;
    if (shape.personal && fact.metadata.key !== undefined) {
      const sealed = data[SEALED];
      const personal =
        key && typeof sealed === 'string'
          ? (JSON.parse(text ?? unseal(key.open(), Buffer.from(sealed, 'base64'), contextOf(fact)).toString()) as Data)
          : Object.fromEntries(shape.personal.fields.map((field) => [field, null]));
      data = united(ours ? data : { ...data }, personal);
    }
    for (let v = fact.metadata.v; v < shape.v; v++) data = shape.upcast?.[v]?.(data) ?? data;
    return ours ? Object.assign(fact, { data }) : { ...fact, data };
  }

  private shape(type: string): FactShape<object> {
    const shape = this.shapes[type];
    if (!shape) throw new Error(`fact type ${type} is not known to this release`);
    return shape;
  }
}
