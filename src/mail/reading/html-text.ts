import { Tokenizer } from 'htmlparser2';

/** What is between their tags is not shown; it ends at the closing tag and nowhere else (HTML §13.1.2.6). */
const HIDDEN: ReadonlySet<string> = new Set(['script', 'style', 'title']);
/** They stand within words; any other tag parts them. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
const PIECE = 4096;

/**
 * The text of an HTML document, as it goes on between its tags: of a longer one about the first `max` UTF-16 units. Takes time for what it reads
 * and no more, however deep or broken the document is: tags are not matched with each other.
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
  return text;
}
