import { format, type Range, rangesOf } from './uid-set.js';

/** Servers take command lines of 8,000 octets (RFC 7162 §4); the rest of a FETCH fits beside this. */
const MAX_SET_LENGTH = 7000;

/** The UIDs as as few sequence sets as fit into one command each. */
export function setsOf(uids: number[]): string[] {
  const sets: Range[][] = [];
  let length = Infinity;
  for (const range of rangesOf(uids)) {
    const next = format([range]).length + 1;
    if (length + next > MAX_SET_LENGTH) {
      sets.push([]);
      length = 0;
    }
    length += next;
    sets.at(-1)?.push(range);
  }
  return sets.map(format);
}
