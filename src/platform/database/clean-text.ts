/** Makes foreign text fit for facts, JSON and PostgreSQL: well-formed Unicode without control characters. */

const loneSurrogate = /\p{Surrogate}/gu;
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const controlsButLineEnds = /[^\P{Cc}\n\t]+/gu;
/** ASCII words with single spaces: most texts match and need no cleaning. */
const clean = /^[!-~]+(?: [!-~]+)*$/;

/** Returns one line with folded white space, at most `max` UTF-16 units, without half a surrogate pair. */
export function cleanLine(text: string, max: number): string {
  if (text.length <= max && clean.test(text)) return text;
  const candidate = text.slice(0, max * 4);
  return cut(candidate.replace(controls, ' ').replace(/\s+/g, ' ').trim(), max).trimEnd();
}

/** Returns the lines, each ended by LF, at most `max` UTF-16 units, without half a surrogate pair. */
export function cleanText(text: string, max: number): string {
  return cut(
    text
      .slice(0, max + max / 4)
      .replace(/\r\n?/g, '\n')
      .replace(controlsButLineEnds, ''),
    max,
  );
}

function cut(text: string, max: number): string {
  const end = max > 0 && isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max;
  return text.slice(0, end).replace(loneSurrogate, '\uFFFD');
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
