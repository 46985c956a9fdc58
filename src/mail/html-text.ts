import { compile } from 'html-to-text';

const LINE_SOURCE = 1000;
const limits = { maxInputLength: 1024 * 1024, ellipsis: '', limits: { maxDepth: 200, maxChildNodes: 20_000 } };

const readable = compile({
  wordwrap: false,
  limits: limits.limits,
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { ignoreHref: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** The text of an HTML document in lines, links and images left out; of very large ones the first 1 Mi characters. */
export const textOfHtml = (html: string): string => readable(html.slice(0, limits.maxInputLength));

/** The beginning of a document's text as one line: some hundred characters, many times quicker than `textOfHtml`. */
export function lineOfHtml(html: string): string {
  const line = html
    .replace(/<!--[^]*?(?:-->|$)|<(style|script|title)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<[^>]*>?/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, LINE_SOURCE);
  return line.includes('&') ? readable(line) : line;
}
