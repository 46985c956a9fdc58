/** What a stranger wrote, made fit for facts, JSON and PostgreSQL: well-formed Unicode without NUL and other control characters. */

const loneSurrogate = /\p{Surrogate}/gu;
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const controlsButLineEnds = /[^\P{Cc}\n\t]+/gu;
/** Words of ASCII, a space between: most of what is cleaned is clean. */
const clean = /^[!-~]+(?: [!-~]+)*$/;

/** One line, white space folded, at most `max` UTF-16 units and never half a character. */
export function cleanLine(text: string, max: number): string {
  if (text.length <= max && clean.test(text)) return text;
  const candidate = text.slice(0, max * 4);
  return cut(candidate.replace(controls, ' ').replace(/\s+/g, ' ').trim(), max).trimEnd();
}

/** Lines kept, ended by LF; at most `max` UTF-16 units. */
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
