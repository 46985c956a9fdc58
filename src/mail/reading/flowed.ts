const LINE = /^(>*)( ?)(.*)$/s;
const SIGNATURE = '-- ';

/**
 * Joins the lines of `format=flowed` to paragraphs (RFC 3676 §4). A quoted paragraph keeps its depth.
 * @param delSp the parameter DelSp: the space at the end of a line is no part of the text
 */
export function unflowed(text: string, delSp: boolean): string {
  const paragraphs: { depth: number; text: string; open: boolean }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, quotes = '', , content = ''] = LINE.exec(line.replace(/^((?:> ?)*>)/, unspaced)) ?? [];
    const flows = content.endsWith(' ') && content !== SIGNATURE;
    const piece = flows && delSp ? content.slice(0, -1) : content;
    const last = paragraphs.at(-1);
    if (last?.open && last.depth === quotes.length && content !== SIGNATURE) {
      last.text += piece;
      last.open = flows;
    } else paragraphs.push({ depth: quotes.length, text: piece, open: flows });
  }
  return paragraphs.map(({ depth, text: line }) => '> '.repeat(depth) + line).join('\n');
}

/** Some programs write `> >` where the standard has `>>`. */
const unspaced = (quotes: string): string => quotes.replaceAll(' ', '');
