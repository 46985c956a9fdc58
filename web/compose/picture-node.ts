import { mergeAttributes, Node } from '@tiptap/core';

/** Previews of pictures by their name in the HTML. */
export type Pictures = Map<string, string>;

/**
 * A picture within the text. The HTML of the message names it by `cid:`, the editor shows a preview. A pasted picture
 * may be a `data:` URL. Pictures of other servers are left out: they would load here and at each recipient.
 */
export const PictureNode = Node.create<{ pictures: Pictures }>({
  name: 'picture',
  group: 'inline',
  inline: true,
  atom: true,
  draggable: true,
  addOptions: () => ({ pictures: new Map() }),
  addAttributes: () => ({ src: { default: null }, alt: { default: '' } }),
  parseHTML: () => [{ tag: 'img[src^="cid:"]' }, { tag: 'img[src^="data:image/"]' }],
  renderHTML: ({ HTMLAttributes }) => ['img', mergeAttributes(HTMLAttributes)],
  addNodeView() {
    const { pictures } = this.options;
    return ({ node }) => {
      const { src, alt } = node.attrs as { src: string; alt: string };
      const dom = document.createElement('img');
      dom.alt = alt;
      dom.src = src.startsWith('cid:') ? (pictures.get(src.slice('cid:'.length)) ?? '') : src;
      return { dom };
    };
  },
});
