import type { AnyFact } from '../../src/all.events.js';
import { type FactMetadata, toPosition } from '../../src/platform/log/event-store.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { streamOf } from './every-fact.js';

/** A fact with the metadata that matter to a spec. */
export interface Told {
  fact: AnyFact;
  metadata: Partial<FactMetadata>;
}

export const told = (fact: AnyFact, metadata: Partial<FactMetadata>): Told => ({ fact, metadata });

const FIRST_AT = Date.UTC(2026, 0, 31, 12);
const MINUTE_MS = 60_000;

/** Default time of the n-th fact of a log: one fact a minute. */
export const atOf = (n: number): string => new Date(FIRST_AT + n * MINUTE_MS).toISOString();
export const positionOf = (n: number): string => toPosition(n + 1);
export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Facts as a log returns them: ids, positions, times and revisions count up. By default, Ada acts on the web. */
export function recorded(facts: readonly (AnyFact | Told)[]): Recorded[] {
  const revisions = new Map<string, number>();
  return facts.map((given, n) => {
    const { fact, metadata } = 'fact' in given ? given : told(given, {});
    const stream = streamOf(fact);
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const usual = { by: 'user:ada', via: 'web', at: atOf(n), correlationId: idOf(n), causationId: null, v: 1 };
    return { ...fact, id: idOf(n), stream, revision, position: positionOf(n), metadata: { ...usual, ...metadata } };
  });
}
