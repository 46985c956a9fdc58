import { BadInput } from './problems.js';

export interface Page<T> {
  items: T[];
  /** cursor of the next page; null on the last page */
  next: string | null;
}

type Key = (string | number | null)[];

/** Encodes the sort key of the last item, opaque to callers. Unlike an offset, a key makes every page cost the same. */
export const toCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Decodes a cursor; null fits any type of `shape`. @throws BadInput if the cursor has another shape */
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
    // falls through to BadInput, like a cursor of another shape
  }
  throw new BadInput([{ field: 'cursor', message: 'is invalid: send `next` of the previous page' }]);
}

/** Cuts rows of a query with `limit + 1`: an additional row means that a next page exists. */
export function toPage<R, T>(rows: R[], limit: number, key: (row: R) => Key, item: (row: R) => T): Page<T> {
  const more = rows.length > limit;
  const kept = more ? rows.slice(0, limit) : rows;
  return { items: kept.map(item), next: more ? toCursor(key(kept.at(-1)!)) : null };
}
