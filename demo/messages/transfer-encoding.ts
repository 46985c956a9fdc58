const lineLength = 76;

/** RFC 2045 section 6.8. */
export function base64(bytes: Buffer): string {
  return (bytes.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [])
    .map((line) => `${line}\r\n`)
    .join('');
}

/** RFC 2045 section 6.7. CRLF stays a line break. */
export function quotedPrintable(bytes: Buffer): string {
  return bytes.toString('latin1').split('\r\n').map(quotedPrintableLine).join('\r\n');
}

function quotedPrintableLine(line: string): string {
  const units = Array.from(line, (char, index) => {
    const endsInBlank = index === line.length - 1 && (char === ' ' || char === '\t');
    return /[\t\x20-\x3c\x3e-\x7e]/.test(char) && !endsInBlank ? char : hex(char);
  });
  let [out, length] = ['', 0];
  for (const unit of units) {
    if (length + unit.length >= lineLength) [out, length] = [`${out}=\r\n`, 0];
    out += unit;
    length += unit.length;
  }
  return out;
}

/** RFC 2047: one or more encoded words, each on its own line. @param bytes the bytes of each character */
export function encodedWords(bytes: Buffer[], charset: string, encoding: 'B' | 'Q' = 'B'): string {
  const words: Buffer[] = [];
  for (const char of bytes) {
    const last = words.at(-1);
    if (last && last.length + char.length <= (encoding === 'B' ? 42 : 16))
      words[words.length - 1] = Buffer.concat([last, char]);
    else words.push(char);
  }
  return words
    .map((word) => `=?${charset}?${encoding}?${encoding === 'B' ? word.toString('base64') : qWord(word)}?=`)
    .join('\r\n ');
}

const qWord = (word: Buffer) =>
  word
    .toString('latin1')
    .replace(/[^A-Za-z0-9 ]/g, hex)
    .replaceAll(' ', '_');

/** RFC 2231 section 4. */
export function extendedParameter(name: string, value: string): string {
  return `${name}*=utf-8''${encodeURIComponent(value).replace(/['()*!]/g, (char) => `%${hex(char).slice(1)}`)}`;
}

const hex = (char: string) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
