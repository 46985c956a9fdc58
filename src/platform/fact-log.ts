import { randomUUID } from 'node:crypto';
import type { DataKeys } from './data-keys.js';
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
const NO_KEYS: ReadonlyMap<string, Buffer> = new Map();

/** Field by field: what `...` spreads into an object of this many becomes a dictionary, ten times slower to make and to collect. */
function united(clear: Data, personal: Data): Data {
  const data: Data = {};
  for (const field of Object.keys(clear)) if (field !== SEALED) data[field] = clear[field];
  for (const field of Object.keys(personal)) data[field] = personal[field];
  return data;
}

/** The log as the rest of the service sees it: facts in today's shape, personal fields in clear, sealed on their way in. */
export class FactLog {
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
    for await (const batch of this.store.follow(after, options)) yield { ...batch, facts: await this.open(batch.facts) };
  }

  /** As `follow`, but what is personal stays sealed: it reads as `null`, and no key is asked for. */
  async *followSealed(after: Position, options: FollowOptions): AsyncIterable<RecordedBatch> {
    for await (const batch of this.store.follow(after, options)) yield { ...batch, facts: this.readWith(NO_KEYS, batch.facts) };
  }

  /** Facts of a type that this release does not know (a newer one wrote them) are an error, never skipped in silence. */
  private async open(facts: StoredFact[]): Promise<Recorded[]> {
    return this.readWith(await this.keys.find(facts.flatMap((fact) => fact.metadata.key ?? [])), facts);
  }

  private readWith(keys: ReadonlyMap<string, Buffer>, facts: StoredFact[]): Recorded[] {
    return facts.map((fact) => {
      try {
        return this.opened(fact, keys);
      } catch (cause) {
        throw new FactUnreadable(fact, cause);
      }
    });
  }

  private opened(fact: StoredFact, keys: ReadonlyMap<string, Buffer>): Recorded {
    const shape = this.shape(fact.type);
    let data = fact.data as Data;
    if (shape.personal && fact.metadata.key !== undefined) {
      const sealed = data[SEALED];
      const key = keys.get(fact.metadata.key);
      const personal =
        key && typeof sealed === 'string'
          ? (JSON.parse(unseal(key, Buffer.from(sealed, 'base64'), `${fact.stream} ${fact.id}`).toString()) as Data)
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
