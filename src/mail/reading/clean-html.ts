import sanitize from 'sanitize-html';
import { absolute, attributes, styles, tags, withoutContent } from './safe-html.js';

/**
 * What the organisation's own people put into mail: text, tables, links and images (from the web by https, of the mail itself
 * by cid, or in place as data). Nothing that runs, submits or embeds. Null when nothing of it shows anything.
 */
export function cleanHtml(html: string): string | null {
  const cleaned = sanitize(html, {
    allowedTags: [...tags],
    nonTextTags: [...withoutContent],
    allowedAttributes: { ...attributes, a: ['href', 'title', 'target'] },
    allowedStyles: { '*': styles },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['https', 'cid', 'data'] },
    allowProtocolRelative: false,
    nestingLimit: 200,
    transformTags: {
      a: (_, { href = '', title, target }) => {
        const link = absolute(href, ['http:', 'https:', 'mailto:', 'tel:']);
        const known = { ...(title ? { title } : {}), ...(target === '_blank' ? { target } : {}) };
        return { tagName: 'a', attribs: link === null ? known : { href: link, ...known } };
      },
      img: (_, { src = '', alt = '', ...rest }) =>
        IMAGE.test(src.trim())
          ? { tagName: 'img', attribs: { ...rest, alt, src: src.trim() } }
          : { tagName: 'span', attribs: {}, text: alt },
    },
  }).trim();
  return cleaned === '' ? null : cleaned;
}

/** RFC 2392 for cid. */
const IMAGE = /^(?:https:\/\/[^\s"'<>]+|cid:[^\s"'<>]+|data:image\/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]+)$/i;
