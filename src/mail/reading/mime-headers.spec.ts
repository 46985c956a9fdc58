import { readHeaders, structured } from './mime-headers.js';

const read = (raw: string): { fields: string[]; body: string } => {
  const { headers, bodyStart } = readHeaders(Buffer.from(raw), 0, raw.length);
  return { fields: [...headers].map(([name, value]) => `${name}=${value}`), body: raw.slice(bodyStart) };
};

describe('a header block', () => {
  it.each([
    ['an empty line', 'A: 1\r\nB: 2\r\n\r\ntext', ['a=1', 'b=2'], 'text'],
    ['a line of white space before text', 'A: 1\r\n \r\nSome text.\r\n\r\nMore.', ['a=1'], 'Some text.\r\n\r\nMore.'],
    ['no line of white space within a folded field', 'A: 1\n \n 2\nB: 3\n\ntext', ['a=1  2', 'b=3'], 'text'],
    ['no line of white space before a field', 'A: 1\n\t\nB: 3\n\ntext', ['a=1', 'b=3'], 'text'],
    ['the empty line behind one of white space', 'A: 1\n \n\ntext', ['a=1'], 'text'],
  ])('ends at %s', (_, raw, fields, body) => {
    expect(read(raw)).toEqual({ fields, body });
  });
});

describe('a field with parameters', () => {
  it.each([
    ['semicolons', 'text/plain; charset="utf-8"; name=a.txt', { charset: 'utf-8', name: 'a.txt' }],
    ['no semicolon', 'text/plain charset=utf-8', { charset: 'utf-8' }],
    ['no semicolon before quotes', 'multipart/mixed\tboundary="a b"', { boundary: 'a b' }],
    ['no semicolon behind quotes', 'text/plain; charset="utf-8" name="a b"', { charset: 'utf-8', name: 'a b' }],
    ['a parameter within quotes', 'text/plain; name="a name=b.txt"', { name: 'a name=b.txt' }],
  ])('is read with %s', (_, field, parameters) => {
    expect(structured(field).parameters).toEqual(parameters);
  });
});
