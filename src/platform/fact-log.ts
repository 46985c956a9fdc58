import { randomUUID } from 'node:crypto';
import type { DataKeys, HeldKey } from './data-keys.js';
import type { Fact, FactShape } from './domain.js';
import type {
  Appended,
  EventStore,
  ExpectedRevision,
  FactMetadata,
  FollowOptions,
  Position,
  ReadOptions,
  StoredFact,
} from './event-store.js';
import { seal, unseal } from './sealing.js';

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
const SEALED = '$sealed';
const NO_KEYS: ReadonlyMap<string, HeldKey> = new Map();

/** Field by field: what `...` spreads into an object of this many becomes a dictionary, ten times slower to make and to collect. */
function united(clear: Data, personal: Data): Data {
  const data: Data = {};
  for (const field of Object.keys(clear)) if (field !== SEALED) data[field] = clear[field];
  for (const field of Object.keys(personal)) data[field] = personal[field];
  return data;
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
        if (shape.personal === undefined || keyId === undefined) return { id, type: fact.type, data: fact.data, metadata };
        const fields: readonly string[] = shape.personal.fields;
        const clear: Data = {};
        const personal: Data = {};
        for (const [field, value] of Object.entries(fact.data)) (fields.includes(field) ? personal : clear)[field] = value;
        const key = keys.get(keyId);
        if (key) clear[SEALED] = seal(key, Buffer.from(JSON.stringify(personal)), `${stream} ${id}`).toString('base64');
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

  async *follow(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    for await (const { facts, position, atHead, shared } of this.store.follow(after, options))
      yield { facts: await this.open(facts, shared), position, atHead };
  }

  /** As `follow`, but what is personal stays sealed: it reads as `null`, and no key is asked for. */
  async *followSealed(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    for await (const { facts, position, atHead } of this.store.follow(after, options))
      yield { facts: this.readWith(NO_KEYS, facts), position, atHead };
  }

  /** Facts of a type that this release does not know (a newer one wrote them) are an error, never skipped in silence. */
  private async open(facts: StoredFact[], shared = false): Promise<Recorded[]> {
    const keys = await this.keys.held(facts.flatMap((fact) => fact.metadata.key ?? []));
    return this.readWith(keys, facts, shared);
  }

  private readWith(keys: ReadonlyMap<string, HeldKey>, facts: StoredFact[], shared = false): Recorded[] {
    return facts.map((fact) => {
      const key = fact.metadata.key === undefined ? undefined : keys.get(fact.metadata.key);
      try {
        return shared && key ? this.once(fact, key) : this.opened(fact, key);
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

  private opened(fact: StoredFact, key: HeldKey | undefined): Recorded {
    const shape = this.shape(fact.type);
    let data = fact.data as Data;
    if (shape.personal && fact.metadata.key !== undefined) {
      const sealed = data[SEALED];
      const personal =
        key && typeof sealed === 'string'
          ? (JSON.parse(unseal(key.open(), Buffer.from(sealed, 'base64'), `${fact.stream} ${fact.id}`).toString()) as Data)
          : Object.fromEntries(shape.personal.fields.map((field) => [field, null]));
      data = united(data, personal);
    }
    for (let v = fact.metadata.v; v < shape.v; v++) data = shape.upcast?.[v]?.(data) ?? data;
    return { ...fact, data };
  }

  private shape(type: string): FactShape<object> {
    const shape = this.shapes[type];
    if (!shape) throw new Error(`fact type ${type} is not known to this release`);
    return shape;
  }
}
