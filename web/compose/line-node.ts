import { mergeAttributes, Node } from '@tiptap/core';

/** A line of text. Mail programs write `div`, because `p` has margins in some of them and none in others. */
export const LineNode = Node.create({
  name: 'paragraph',
  priority: 1000,
  group: 'block',
  content: 'inline*',
  parseHTML: () => [{ tag: 'div' }, { tag: 'p' }],
  renderHTML: ({ HTMLAttributes }) => ['div', mergeAttributes(HTMLAttributes), 0],
});

/** HTML of the editor as mail programs show it: a blank line needs `br` to have a height, a picture its `src`. */
export const toMail = (html: string): string =>
  html.replaceAll('<div></div>', '<div><br></div>').replaceAll('<img data-cid="', '<img src="cid:');

/** HTML of mail for the editor. */
export const fromMail = (html: string): string => html.replaceAll(/<div><br\s*\/?><\/div>/gi, '<div></div>');
