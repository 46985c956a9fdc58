import { Refusal } from './refusal.js';

/** A test for membership in a sequence set, RFC 3501 section 9; `*` is `largest`. */
export function sequenceSet(text: string, largest: number): (number: number) => boolean {
  const ranges = text.split(',').map((range) => {
    const [, from = '', to = from] = /^(\d+|\*)(?::(\d+|\*))?$/.exec(range) ?? [];
    if (!from) throw new Refusal('BAD', 'Invalid sequence set');
    const [a, b] = [from, to].map((end) => (end === '*' ? largest : Number(end))) as [number, number];
    return [Math.min(a, b), Math.max(a, b)] as const;
  });
  return (number) => ranges.some(([low, high]) => number >= low && number <= high);
}

export const isSequenceSet = (text: string) => /^[\d*][\d*:,]*$/.test(text);

/** Formats ascending numbers as a sequence set, for COPYUID. */
export function compactSet(numbers: number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}:${to}`)).join(',');
}
