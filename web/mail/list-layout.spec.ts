import { layoutOf, placeOf } from './list-layout.js';

const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
/** `counts` newest first; the oldest day is 2026-01-01 */
const days = (...counts: number[]): [string, number][] =>
  counts.map((count, n) => [dayOf(counts.length - 1 - n), count]);

describe('the layout of a list', () => {
  it('has a place for every row, in order and without a gap', () => {
    const layout = layoutOf(days(3, 70, 20, 20, 20, 450, 1));
    expect(layout.total).toBe(584);
    const places = Array.from({ length: 584 }, (_, index) => placeOf(layout, index)!);
    for (const [index, { chunk, page, row }] of places.entries()) expect(chunk.first + page * 100 + row).toBe(index);
    expect(placeOf(layout, 584)).toBeUndefined();
  });

  it('changes the newest chunk alone when mail arrives', () => {
    const before = layoutOf(days(3, 70, 20, 20, 20, 450, 1));
    const after = layoutOf(days(5, 70, 20, 20, 20, 450, 1));
    const kept = ({ since, until, count }: { since: string; until: string; count: number }): object => ({
      since,
      until,
      count,
    });
    expect(after.chunks.slice(1).map(kept)).toEqual(before.chunks.slice(1).map(kept));
  });

  it('of an empty list has no place', () => {
    expect(placeOf(layoutOf([]), 0)).toBeUndefined();
  });

  it('finds the middle of a hundred thousand rows of fifteen years', () => {
    const layout = layoutOf(days(...Array.from({ length: 5000 }, () => 20)));
    const place = placeOf(layout, 50_000)!;
    expect(place.chunk.first + place.row).toBe(50_000);
  });
});
