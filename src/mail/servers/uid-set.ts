/** IMAP sequence sets (RFC 9051 §4.1.1) of plain numbers, as sorted disjoint ranges that do not touch. Without `*`. */

/** both ends inclusive, 1 ≤ first ≤ last < 2^32 */
export type Range = readonly [first: number, last: number];

const MAX_NUMBER = 0xffff_ffff;

/** @throws SyntaxError when the text is not a sequence set of plain numbers; the empty text is the empty set */
export function parse(text: string): Range[] {
  if (text === '') return [];
  const ranges = text.split(',').map((part): Range => {
    const match = /^([1-9]\d{0,9})(?::([1-9]\d{0,9}))?$/.exec(part);
    const [a, b] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || Math.max(a, b) > MAX_NUMBER)
      throw new SyntaxError(`not a sequence set: ${JSON.stringify(text.slice(0, 100))}`);
    return [Math.min(a, b), Math.max(a, b)];
  });
  return normalise(ranges);
}

export function format(ranges: readonly Range[]): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
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

/** The numbers in any order, each once, as ranges. */
export function rangesOf(numbers: readonly number[]): Range[] {
  return normalise(numbers.map((n): Range => [n, n]));
}

/** Those of `uids` that no range holds, in their order. */
export function missingFrom(uids: readonly number[], ranges: readonly Range[]): number[] {
  return uids.filter((uid) => !contains(ranges, uid));
}

/**
 * `ranges` and `done`, and what lies between two covered UIDs when the server lists nothing there that is not covered: UIDs are
 * never given out again (RFC 9051 §2.3.1.1), so such a gap stays empty. Keeps the cursor of a folder to a few ranges.
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
