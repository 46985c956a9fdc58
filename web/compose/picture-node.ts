import { Node } from '@tiptap/core';
import type { WrittenFile } from './writing.js';

/** RFC 2392 */
const CID = 'cid:';

/** Previews of pictures by their name in the HTML. */
export type Pictures = Map<string, string>;

/** Previews of the pictures of a draft that is opened again, from the service. */
export const picturesOf = (files: readonly WrittenFile[]): Pictures =>
  new Map(
    files.flatMap(({ cid, at }): [string, string][] => {
      if (cid === null) return [];
      if (at.kind === 'uploaded') return [[cid, `/api/uploads/${at.uploadId}`]];
      return at.kind === 'in-message' ? [[cid, `/api/messages/${at.messageId}/attachments/${at.index}`]] : [];
    }),
  );

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
  addAttributes: () => ({
    src: {
      default: null,
      parseHTML: (element) => {
        const cid = element.getAttribute('data-cid');
        return cid === null ? element.getAttribute('src') : `${CID}${cid}`;
      },
      // The browser would load the `src` of each element that the editor makes, also of those that nobody sees.
      renderHTML: ({ src }) => {
        const name = String(src);
        return name.startsWith(CID) ? { 'data-cid': name.slice(CID.length) } : { src: name };
      },
    },
    alt: { default: '' },
  }),
  parseHTML: () => [{ tag: 'img[src^="cid:"]' }, { tag: 'img[src^="data:image/"]' }, { tag: 'img[data-cid]' }],
  renderHTML: ({ HTMLAttributes }) => ['img', HTMLAttributes],
  addNodeView() {
    const { pictures } = this.options;
    return ({ node }) => {
      const { src, alt } = node.attrs as { src: string; alt: string };
      const dom = document.createElement('img');
      dom.alt = alt;
      dom.src = src.startsWith(CID) ? (pictures.get(src.slice(CID.length)) ?? '') : src;
      return { dom };
    };
  },
});
