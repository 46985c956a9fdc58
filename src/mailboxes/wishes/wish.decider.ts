import type { WishEvent } from './wish.events.js';
import type { Wishes } from './wish.fold.js';

type Settled = Extract<WishEvent, { type: 'WishesSettled' }>;
type Uncounted<F extends WishEvent> = F extends WishEvent
  ? { type: F['type']; data: Omit<F['data'], 'number' | 'settled'> }
  : never;
/** A wish as a person asks for it. */
export type Wished = Uncounted<Exclude<WishEvent, Settled>>;

/** Records wishes of people, in their order; an empty one is left out. */
export const wish = ({ number, settled }: Wishes, wished: readonly Wished[]): WishEvent[] =>
  wished
    .filter(({ data }) => data.messageIds.length > 0)
    .map(({ type, data }, n) => ({ type, data: { ...data, number: number + n + 1, settled } }) as WishEvent);

/** Records the outcome of the wishes up to `upTo`, unless another worker has settled them. */
export const settle = (
  { number, settled }: Wishes,
  upTo: number,
  outcome: Omit<Settled['data'], 'number' | 'settled'>,
): WishEvent[] => (upTo > settled ? [{ type: 'WishesSettled', data: { ...outcome, number, settled: upTo } }] : []);
