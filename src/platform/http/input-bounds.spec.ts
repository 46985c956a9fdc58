import { beyondBounds, textBeyondBounds } from './input-bounds.js';

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

describe('a JSON text', () => {
  it.each([
    ['20 levels', JSON.stringify(nested(20))],
    ['a list of 10,001', JSON.stringify(Array(10_001).fill('x'))],
    ['brackets and commas in strings', JSON.stringify({ text: '[{,"\\'.repeat(20_000), other: '\\\\"[' })],
    ['an open string', `{"a":"${'['.repeat(30)}`],
    ['many closing brackets', ']'.repeat(30)],
    ['nothing', ''],
  ])('with %s is parsed', (_, json) => expect(textBeyondBounds(json)).toBeUndefined());

  it.each([
    ['21 levels', JSON.stringify(nested(21)), /nested too deeply/],
    ['21 levels without an end', '[{"a":'.repeat(11), /nested too deeply/],
    ['21 levels behind a string with escapes', `["\\\\","\\"",${'['.repeat(20)}`, /nested too deeply/],
    ['10,002 values', JSON.stringify(fields(10_002)), /more than 10000 values/],
  ])('with %s is refused before', (_, json, message) => expect(textBeyondBounds(json)).toMatch(message));
});
