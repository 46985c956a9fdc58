import type { AnyData, AnyFact } from '../../src/all.events.js';
import type { Fact } from '../../src/platform/domain.js';

/** Makes a fact as it is most often, but for the data given. */
export type Example<T extends AnyFact['type']> = (data?: Partial<AnyData<T>>) => Fact<T, AnyData<T>>;

export const example =
  <T extends AnyFact['type']>(type: T, usual: AnyData<T>): Example<T> =>
  (data = {}) => ({ type, data: { ...usual, ...data } as AnyData<T> });
