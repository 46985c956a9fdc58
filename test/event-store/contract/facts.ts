import { randomUUID } from 'node:crypto';
import type {
  Batch,
  EventStore,
  FactMetadata,
  NewFact,
  Position,
  StoredFact,
} from '../../../src/platform/log/event-store.js';

export interface Clients<S extends EventStore = EventStore> {
  store: S;
  another: S;
}

export const metadata: FactMetadata = {
  by: 'user:ada',
  via: 'web',
  at: '2026-01-31T12:00:00.000Z',
  correlationId: '5d3b2c7e-6c53-4d0a-9a55-0d1c7ad1c6f1',
  causationId: null,
  v: 1,
};

export const newStream = (): string => `contract-${randomUUID()}`;

export const newFact = (data: object = {}, type = 'LetterPosted'): NewFact => ({
  id: randomUUID(),
  type,
  data,
  metadata,
});

/** Facts with data `{ n }`; `n` counts up from `from`. */
export const numbered = (count: number, from = 0): NewFact[] =>
  Array.from({ length: count }, (_, i) => newFact({ n: from + i }));

export async function collected(facts: AsyncIterable<StoredFact>): Promise<StoredFact[]> {
  const all: StoredFact[] = [];
  for await (const fact of facts) all.push(fact);
  return all;
}

export const idsOf = (facts: readonly { id: string }[]): string[] => facts.map((fact) => fact.id);

export const factsOf = (batches: readonly Batch[]): StoredFact[] => batches.flatMap((batch) => batch.facts);

interface Following {
  after: Position;
  until: (batches: readonly Batch[]) => boolean;
  types?: readonly string[];
  batchSize?: number;
  urgent?: boolean;
}

/** Follows the log until `until` is true. @returns all batches, with the last one */
export async function followed(
  store: Pick<EventStore, 'follow'>,
  { until, after, ...options }: Following,
): Promise<Batch[]> {
  const stopping = new AbortController();
  const batches: Batch[] = [];
  for await (const batch of store.follow(after, { ...options, signal: stopping.signal })) {
    batches.push(batch);
    if (until(batches)) stopping.abort();
  }
  return batches;
}

/** For `until`: true when the last batch reaches the position. */
export const reaches = (position: Position) => (batches: readonly Batch[]) =>
  (batches.at(-1)?.position ?? '') >= position;
