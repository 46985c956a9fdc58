import type { AnyFact } from '../../src/all.events.js';
import { START } from '../../src/platform/log/event-store.js';
import type { FactLog, Recorded } from '../../src/platform/log/fact-log.js';

export type Told<T extends AnyFact['type'] = AnyFact['type']> = Recorded<Extract<AnyFact, { type: T }>>;

/** Facts that record a message. */
export const FOUND = ['MessageReceived', 'SentMessageFound', 'DraftFound'] as const;

/** All facts, in order. */
export async function wholeLog(log: FactLog): Promise<Told[]> {
  const facts: Told[] = [];
  const enough = new AbortController();
  for await (const batch of log.follow(START, { signal: enough.signal })) {
    facts.push(...(batch.facts as Told[]));
    if (batch.atHead) break;
  }
  enough.abort();
  return facts;
}

export const ofType = <T extends AnyFact['type']>(facts: readonly Told[], ...types: T[]): Told<T>[] =>
  facts.filter((fact): fact is Told<T> => (types as string[]).includes(fact.type));
