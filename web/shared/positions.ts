/** A read model needs a moment for a change. Later queries need not wait any more. */
const RECENT_MS = 10_000;

let newest = '';
let until = 0;

/** Remembers a position that the next queries have to show. Positions of one log order as strings. */
export function expectPosition(position: string | undefined, now = Date.now()): void {
  if (position === undefined) return;
  if (position > newest || now > until) newest = position;
  until = now + RECENT_MS;
}

/** Position for `X-Wait-For`; undefined without a recent change. */
export const expectedPosition = (now = Date.now()): string | undefined =>
  newest !== '' && now <= until ? newest : undefined;

let oldestRead: string | undefined;

/** @param position that the read models of a query had reached before it read them; null: an answer without one */
export function noteRead(position: string | null): void {
  if (position !== null && (oldestRead === undefined || position < oldestRead)) oldestRead = position;
}

/** Every answer so far shows the changes up to this position. */
export const readUpTo = (): string | undefined => oldestRead;

/** Positions of another log, or of another session, are of no use. */
export function forgetPositions(): void {
  newest = '';
  oldestRead = undefined;
}
