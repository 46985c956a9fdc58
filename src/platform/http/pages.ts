import { BadInput } from './problems.js';

export interface Page<T> {
  items: T[];
  /** cursor of the next page, null on the last */
  next: string | null;
}

type Key = (string | number | null)[];

/** Opaque to callers: the sort key of the last item, so that a page costs the same wherever it lies. */
export const toCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** @throws BadInput when it is not one of ours, of `length` parts */
export function fromCursor(cursor: string | undefined, shape: readonly ('string' | 'number')[]): Key | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(key) &&
      key.length === shape.length &&
      key.every((part, index) => part === null || typeof part === shape[index])
    )
      if (!JSON.stringify(key).includes('\\u0000')) return key as Key;
  } catch {
    // falls through to the same answer as any other cursor that is not ours
  }
  throw new BadInput([{ field: 'cursor', message: 'is not one that this list gave' }]);
}

/** Cuts rows that were asked for with `limit + 1`. */
export function toPage<R, T>(rows: R[], limit: number, key: (row: R) => Key, item: (row: R) => T): Page<T> {
  const more = rows.length > limit;
  const kept = more ? rows.slice(0, limit) : rows;
  return { items: kept.map(item), next: more ? toCursor(key(kept.at(-1)!)) : null };
}
