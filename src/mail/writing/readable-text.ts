import { compile } from 'html-to-text';

/** Longer texts come from HTML that no person reads as text; the library holds all of them in memory. */
const MAX_HTML = 4 * 1024 * 1024;

const convert = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_HTML, maxDepth: 250 },
  formatters: {
    // The address of an image says nothing to a reader.
    alternative: ({ attribs }: { attribs?: Record<string, string> }, _, builder) => {
      const alt = attribs?.['alt'] ?? '';
      if (alt !== '') builder.addInline(alt);
    },
  },
  selectors: [
    { selector: 'img', format: 'alternative' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'], noAnchorUrl: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** Clean HTML as lines of text, for people: lists, quotations and links stay recognisable. */
export const readableText = (html: string): string =>
  convert(html)
    .replace(/[^\S\n]+$/gm, '')
    .trim();

/** Text of a person as HTML with the same lines. */
export const htmlOfText = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^ +| {2,}/gm, (spaces) => '&nbsp;'.repeat(spaces.length))
    .replace(/\n/g, '<br>\n');
