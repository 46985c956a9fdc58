import { Tokenizer } from 'htmlparser2';

/** Elements without visible text. Only the closing tag ends such an element (HTML §13.1.2.6). */
const HIDDEN: ReadonlySet<string> = new Set(['script', 'style', 'title']);
/** Tags that may stand within a word; any other tag separates words. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
const PIECE = 4096;

const SOFT_HYPHEN = '\u00AD';

/**
 * The text of an HTML document, without soft hyphens; of a long document about the first `max` UTF-16 units. The time
 * is linear in the length read, also for deep or broken documents, because opening and closing tags are not matched.
 */
export function textOfHtml(html: string, max = Infinity): string {
  let text = '';
  let hidden = false;
  const part = (start: number, end: number): string => {
    const name = html.slice(start, end).toLowerCase();
    if (!INLINE.has(name)) text += ' ';
    return name;
  };
  const nothing = (): void => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onopentagname: (start, end) => (hidden = HIDDEN.has(part(start, end))),
      onclosetag: (start, end) => {
        part(start, end);
        hidden = false;
      },
      ontext: (start, end) => {
        if (!hidden) text += html.slice(start, end);
      },
      ontextentity: (codepoint) => {
        if (!hidden) text += String.fromCodePoint(codepoint);
      },
      onattribdata: nothing,
      onattribend: nothing,
      onattribentity: nothing,
      onattribname: nothing,
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: nothing,
      onprocessinginstruction: nothing,
      onselfclosingtag: () => (hidden = false),
    },
  );
  for (let at = 0; at < html.length && text.length < max; at += PIECE) tokenizer.write(html.slice(at, at + PIECE));
  if (text.length < max) tokenizer.end();
  return text.replaceAll(SOFT_HYPHEN, '');
}
