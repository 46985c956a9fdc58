import { Suspects } from './suspects.js';

it('finds a message at which two connections in a row end without a message', () => {
  const suspects = new Suspects();
  expect(suspects.ended(false, undefined)).toEqual([]);
  expect(suspects.oneByOne).toBe(true);
  expect(suspects.ended(false, 7)).toEqual([7]);
  expect([suspects.oneByOne, suspects.without([8, 7, 6])]).toEqual([false, [8, 6]]);
});

it('suspects no message while connections give some', () => {
  const suspects = new Suspects();
  for (const at of [7, 6, 5]) expect(suspects.ended(true, at)).toEqual([]);
  expect(suspects.oneByOne).toBe(false);
});

it('finds the message behind those that a connection gave one by one', () => {
  const suspects = new Suspects();
  suspects.ended(false, undefined);
  expect(suspects.ended(true, 5)).toEqual([5]);
});

it('finds ten messages at most', () => {
  const suspects = new Suspects();
  for (let uid = 1; uid <= 12; uid++) {
    suspects.ended(false, undefined);
    expect(suspects.ended(false, uid)).toEqual(uid <= 10 ? [uid] : []);
  }
});
