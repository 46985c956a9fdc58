/**
 * UID sets: IMAP sequence sets (RFC 9051 §4.1.1) of plain numbers, without `*`.
 * In memory a set is an array of ranges in ascending order, neither overlapping nor adjacent.
 */

/** Both ends inclusive, 1 ≤ first ≤ last < 2^32. */
export type Range = readonly [first: number, last: number];

const MAX_NUMBER = 0xffff_ffff;
/** Servers accept command lines of 8,000 octets (RFC 7162 §4); the rest of a FETCH command needs less than 1,000. */
const MAX_SET_LENGTH = 7000;

/** The empty text is the empty set. @throws SyntaxError when the text is not a sequence set of plain numbers */
export function parse(text: string): Range[] {
  if (text === '') return [];
  const ranges = text.split(',').map((part): Range => {
    const match = /^([1-9]\d{0,9})(?::([1-9]\d{0,9}))?$/.exec(part);
    const [a, b] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || Math.max(a, b) > MAX_NUMBER)
      throw new SyntaxError(`Not a UID set: ${JSON.stringify(text.slice(0, 100))}`);
    return [Math.min(a, b), Math.max(a, b)];
  });
  return normalise(ranges);
}

export function format(ranges: readonly Range[]): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
}

/** Splits UIDs into sequence sets that each fit into one command. */
export function commandSets(uids: readonly number[]): string[] {
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

export function contains(ranges: readonly Range[], n: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (!range) return false;
    if (n < range[0]) high = middle - 1;
    else if (n > range[1]) low = middle + 1;
    else return true;
  }
  return false;
}

export function union(a: readonly Range[], b: readonly Range[]): Range[] {
  return normalise([...a, ...b]);
}

/** @param numbers in any order, duplicates allowed */
export function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && n <= last[1] + 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return ranges;
}

/** The members of `uids` outside all ranges, in the order of `uids`. */
export function missingFrom(uids: readonly number[], ranges: readonly Range[]): number[] {
  return uids.filter((uid) => !contains(ranges, uid));
}

/**
 * Joins `ranges` and `done`, and closes each gap in which the server lists no other UID. A server never reuses a UID
 * (RFC 9051 §2.3.1.1), so such a gap stays empty; closing it keeps the cursor of a folder at a few ranges.
 * @param listed UIDs that the server shows, ascending
 */
export function cover(ranges: readonly Range[], listed: readonly number[], done: readonly number[]): Range[] {
  const covered = union(ranges, rangesOf(done));
  const open = missingFrom(listed, covered);
  const closed: [number, number][] = [];
  let at = 0;
  for (const [first, last] of covered) {
    const previous = closed.at(-1);
    while (at < open.length && (open[at] ?? 0) < (previous?.[1] ?? 0)) at += 1;
    const nextOpen = open[at] ?? Infinity;
    if (previous && nextOpen > first) previous[1] = last;
    else closed.push([first, last]);
  }
  return closed;
}

function normalise(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const previous = merged.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
