import fc from 'fast-check';
import { commandSets, contains, cover, format, missingFrom, parse, type Range, rangesOf, union } from './uid-set.js';

const uid = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 0xffff_ffff }));
const uids = fc.array(uid, { maxLength: 40 });
const nearby = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

const isNormal = (ranges: readonly Range[]): boolean =>
  ranges.every(([first, last], i) => first <= last && first > (ranges[i - 1]?.[1] ?? -1) + 1);

describe('UID sets', () => {
  it('read ranges in any order and write them sorted, disjoint and joined', () => {
    expect(format(parse('7,1:3,9:8,4,3:5'))).toBe('1:5,7:9');
    expect(parse('')).toEqual([]);
    expect(parse('4294967295')).toEqual([[4294967295, 4294967295]]);
  });

  it.each(['0', '*', '1:*', '1:', ',1', '1,', '-1', '1.5', '4294967296', '01', ' 1', '1 LOGOUT', 'a'])(
    'refuse %j',
    (text) => {
      expect(() => parse(text)).toThrow(SyntaxError);
    },
  );

  it('contain exactly their numbers, and are equal after format and parse', () => {
    fc.assert(
      fc.property(uids, uids, (numbers, others) => {
        const ranges = rangesOf(numbers);
        expect(isNormal(ranges)).toBe(true);
        expect(parse(format(ranges))).toEqual(ranges);
        for (const n of [...numbers, ...others]) expect(contains(ranges, n)).toBe(numbers.includes(n));
      }),
    );
  });

  it('unite as mathematical sets do', () => {
    fc.assert(
      fc.property(uids, uids, (a, b) => {
        expect(union(rangesOf(a), rangesOf(b))).toEqual(rangesOf([...a, ...b]));
      }),
    );
  });

  it('tell the numbers that they lack', () => {
    fc.assert(
      fc.property(nearby, nearby, (a, b) => {
        expect(missingFrom(a, rangesOf(b))).toEqual(a.filter((n) => !b.includes(n)));
      }),
    );
  });
});

describe('commands', () => {
  it('get all UIDs, each once, in sets of at most 7,000 characters', () => {
    const odd = Array.from({ length: 5000 }, (_, i) => 2 * i + 1);
    const sets = commandSets([...odd, ...odd]);
    expect(sets.length).toBeGreaterThan(1);
    for (const set of sets) expect(set.length).toBeLessThanOrEqual(7000);
    expect(parse(sets.join(','))).toEqual(rangesOf(odd));
    expect(commandSets([3, 1, 2])).toEqual(['1:3']);
    expect(commandSets([])).toEqual([]);
  });
});

describe('cover', () => {
  it('closes gaps of UIDs that the server does not list, and no other gaps', () => {
    expect(cover(parse('1:3'), [3, 8, 9, 15, 20], [8, 9, 20])).toEqual(parse('1:9,20'));
    expect(cover([], [5, 100], [5, 100])).toEqual(parse('5:100'));
    expect(cover([], [5, 7, 100], [5, 100])).toEqual(parse('5,100'));
    expect(cover([], [], [])).toEqual([]);
  });

  it('never covers a listed UID that is not done', () => {
    fc.assert(
      fc.property(nearby, nearby, nearby, (before, listed, done) => {
        const ranges = rangesOf(before);
        const ascending = [...new Set(listed)].sort((a, b) => a - b);
        const covered = cover(ranges, ascending, done);
        expect(isNormal(covered)).toBe(true);
        const allDone = new Set([...before, ...done]);
        for (const n of ascending) expect(contains(covered, n)).toBe(allDone.has(n));
        expect(missingFrom([...allDone], covered)).toEqual([]);
        for (const [first, last] of covered) expect(allDone.has(first) && allDone.has(last)).toBe(true);
      }),
    );
  });

  it('is one range when every listed UID is done', () => {
    fc.assert(
      fc.property(uids, (listed) => {
        fc.pre(listed.length > 0);
        const ascending = [...new Set(listed)].sort((a, b) => a - b);
        expect(cover([], ascending, ascending)).toEqual([[ascending[0], ascending.at(-1)]]);
      }),
    );
  });

  it('does not depend on the size of the steps', () => {
    fc.assert(
      fc.property(nearby, fc.integer({ min: 1, max: 7 }), (listed, size) => {
        const ascending = [...new Set(listed)].sort((a, b) => a - b);
        let ranges: Range[] = [];
        for (let end = ascending.length; end > 0; end -= size)
          ranges = cover(ranges, ascending, ascending.slice(Math.max(0, end - size), end));
        expect(ranges).toEqual(cover([], ascending, ascending));
      }),
    );
  });
});
