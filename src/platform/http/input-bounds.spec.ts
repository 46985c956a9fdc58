import { beyondBounds } from './input-bounds.js';

const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], 'x');
const fields = (number: number): object => Object.fromEntries(Array.from({ length: number }, (_, n) => [`f${n}`, n]));

it.each([
  ['a text', 'x'],
  ['null', null],
  ['20 levels', nested(20)],
  ['100 fields', fields(100)],
  ['a list of 10,000', Array(10_000).fill('x')],
])('%s is within the bounds', (_, value) => expect(beyondBounds(value)).toBeUndefined());

it.each([
  ['21 levels', nested(21), /nested too deeply/],
  ['101 fields', fields(101), /more than 100 fields/],
  ['101 fields in an inner object', { set: [fields(101)] }, /more than 100 fields/],
  ['10,001 values in several lists', { a: Array(5000).fill(1), b: Array(5000).fill(1) }, /more than 10000 values/],
])('%s are beyond the bounds', (_, value, message) => expect(beyondBounds(value)).toMatch(message));
