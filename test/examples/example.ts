import type { AnyData, AnyFact } from '../../src/all.events.js';
import type { Fact } from '../../src/platform/domain.js';

/** Makes a fact from usual data; the given data replace some of them. */
export type Example<T extends AnyFact['type']> = (data?: Partial<AnyData<T>>) => Fact<T, AnyData<T>>;

export function example<T extends AnyFact['type']>(type: T, usual: AnyData<T>): Example<T> {
  return (data) => {
    const changed = structuredClone(usual);
    Object.assign(changed, data);
    return { type, data: changed };
  };
}
