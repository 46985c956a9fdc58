/** Encodes text in a charset. The tables of single-byte charsets come from Node's decoder, inverted. */
export function encodeText(text: string, charset: string): Buffer {
  if (charset === 'utf-8' || charset === 'us-ascii') return Buffer.from(text);
  if (charset === 'iso-2022-jp') return encodeIso2022Jp(text);
  const table = singleByteTable(charset);
  return Buffer.from(Array.from(text, (char) => found(table.get(char), char, charset)));
}

const tables = new Map<string, Map<string, number>>();

function singleByteTable(charset: string): Map<string, number> {
  return cached(charset, () => {
    const decoder = new TextDecoder(charset);
    return Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte]);
  });
}

/** JIS X 0208 is EUC-JP without the high bits. */
function jisTable(): Map<string, number> {
  return cached('jis-x-0208', () => {
    const decoder = new TextDecoder('euc-jp');
    return Array.from({ length: 94 * 94 }, (_, cell) => {
      const [row, column] = [0x21 + Math.floor(cell / 94), 0x21 + (cell % 94)];
      return [decoder.decode(Buffer.from([row | 0x80, column | 0x80])), (row << 8) | column];
    });
  });
}

/** RFC 1468: escape sequences switch between ASCII and two-byte characters; each line ends in ASCII. */
function encodeIso2022Jp(text: string): Buffer {
  const parts = text.split(/(\P{ASCII}+)/u).map((run, index) => {
    if (index % 2 === 0) return Buffer.from(run);
    const codes = Array.from(run, (char) => found(jisTable().get(char), char, 'iso-2022-jp'));
    return Buffer.concat([
      Buffer.from('\x1b$B'),
      Buffer.from(codes.flatMap((code) => [code >> 8, code & 0xff])),
      Buffer.from('\x1b(B'),
    ]);
  });
  return Buffer.concat(parts);
}

function cached(name: string, build: () => (string | number)[][]): Map<string, number> {
  let table = tables.get(name);
  if (!table) tables.set(name, (table = new Map(build() as [string, number][])));
  return table;
}

function found(code: number | undefined, char: string, charset: string): number {
  if (code === undefined) throw new Error(`${charset} has no character ${char}. Choose another charset.`);
  return code;
}
