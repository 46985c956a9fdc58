import { transferDecoded } from './transfer-encoding.js';

const decoded = (encoded: string, encoding: string): string[] => {
  const { bytes, rest } = transferDecoded(Buffer.from(encoded, 'latin1'), encoding);
  return [bytes, ...(rest ? [rest] : [])].map((octets) => octets.toString('latin1'));
};

describe('transferDecoded', () => {
  it.each([
    ['escapes in either case', 'Gr=FC=c3', 'Gr\xfc\xc3'],
    ['soft line breaks', 'one=\r\n two=\n three', 'one two three'],
    ['soft line breaks before white space', 'one= \t\r\ntwo', 'onetwo'],
    ['white space before a line end', 'one \t\r\n two \n', 'one\r\n two\n'],
    ['a soft line break at the end of the text', 'one=', 'one'],
    ['white space at the end of the text', 'one ', 'one '],
    ['invalid escapes', 'a=b =zz =4 50% = =.', 'a=b =zz =4 50% = =.'],
    ['an escape that a line end cuts', 'a=4\r\n1', 'a=4\r\n1'],
    ['an encoded line end', 'a=0D=0Ab', 'a\r\nb'],
    ['an encoded white space at a line end', 'a=20\r\nb', 'a \r\nb'],
    ['empty lines', '\r\n\n\r\n', '\r\n\n\r\n'],
    ['nothing', '', ''],
  ])('decodes quoted-printable with %s', (_, encoded, text) => {
    expect(decoded(encoded, 'quoted-printable')).toEqual([text]);
  });

  it.each([
    ['lines', 'aGVs\r\nbG8h\r\n', ['hello!']],
    ['a footer behind the padding', 'eA==\r\n-- \r\nfooter', ['x', '\r\n-- \r\nfooter']],
    ['a footer without padding before it', 'aGVsbG8h\r\n______\r\n', ['hello!', '______\r\n']],
    ['white space behind the padding', 'eA==\r\n\r\n', ['x']],
    ['other characters in its first line', 'a*GVs', ['hel']],
    ['nothing', '', ['']],
  ])('decodes base64 with %s', (_, encoded, texts) => {
    expect(decoded(encoded, 'base64')).toEqual(texts);
  });

  it.each([
    ['lines', 'begin 644 a\r\n%:&5L;&\\\r\n`\r\nend\r\n', 'hello'],
    ['lines without their last spaces', 'begin 644 a\n%:&5\n`\nend', 'he@\0\0'],
    ['an end that is missing', 'begin 644 a\n%:&5L;&\\', 'hello'],
    ['no beginning', 'plain text', 'plain text'],
  ])('decodes uuencode with %s', (_, encoded, text) => {
    expect(decoded(encoded, 'x-uuencode')).toEqual([text]);
  });

  it('leaves other encodings unchanged', () => {
    expect(decoded('=41', '8bit')).toEqual(['=41']);
  });
});
