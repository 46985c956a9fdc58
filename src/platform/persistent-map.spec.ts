import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PersistentMap } from './persistent-map.js';

/** Few enough to be set again and again. */
const key = fc.nat({ max: 300 }).map(String);
const entries = fc.array(fc.tuple(key, fc.integer()), { maxLength: 1500 });
const byKey = (all: Iterable<[string, number]>): [string, number][] => [...all].sort(([a], [b]) => (a < b ? -1 : 1));

it('holds what a Map holds that was given the same', () =>
  fc.assert(
    fc.property(entries, (given) => {
      const map = new Map<string, number>();
      let persistent = PersistentMap.empty<number>();
      for (const [name, value] of given) {
        map.set(name, value);
        persistent = persistent.with(name, value);
      }
      expect(byKey(persistent)).toEqual(byKey(map));
      expect(persistent.size).toBe(map.size);
      const asked = Array.from({ length: 301 }, (_, n) => String(n));
      expect(asked.map((name) => [persistent.has(name), persistent.get(name)])).toEqual(
        asked.map((name) => [map.has(name), map.get(name)]),
      );
    }),
  ));

it('is as it was after others were made from it', () => {
  let map = PersistentMap.empty<number>();
  const made = [map];
  for (let n = 0; n < 1000; n++) made.push((map = map.with(`key ${n % 700}`, n)));
  for (const [n, each] of made.entries()) expect(each.size).toBe(Math.min(n, 700));
  expect(made[700]!.get('key 1')).toBe(1);
  expect(map.get('key 1')).toBe(701);
});

it('keeps keys apart that have one hash', () => {
  // FNV-1a of both is the same.
  const [one, other] = ['costarring', 'liquid'];
  let map = PersistentMap.empty<string>().with(one, 'one').with(other, 'other');
  for (let n = 0; n < 100; n++) map = map.with(String(n), 'x');
  expect([map.get(one), map.get(other), map.size]).toEqual(['one', 'other', 102]);
});
