import sanitize from 'sanitize-html';
import { absolute, attributes, styles, tags, withoutContent } from './safe-html.js';

/**
 * Cleans HTML that the organisation's own users write into mail. It keeps text, tables, links and images (https, `cid:`
 * of the same mail, or `data:`), and removes scripts, forms and embedded documents. Null when no content remains.
 */
export const cleanHtml = (html: string): string | null =>
  cleaned(html, (src) => OWN_IMAGE.test(src) || REMOTE_IMAGE.test(src));

/** As `cleanHtml`, for HTML of a stranger that an answer quotes: it loads no image from another server. */
export const cleanQuotation = (html: string): string | null => cleaned(html, (src) => OWN_IMAGE.test(src));

function cleaned(html: string, keepsImage: (src: string) => boolean): string | null {
  const kept = sanitize(html, {
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
        keepsImage(src.trim())
          ? { tagName: 'img', attribs: { ...rest, alt, src: src.trim() } }
          : { tagName: 'span', attribs: {}, text: alt },
    },
  }).trim();
  return kept === '' ? null : kept;
}

const REMOTE_IMAGE = /^https:\/\/[^\s"'<>]+$/i;
/** `cid:` is defined in RFC 2392. */
const OWN_IMAGE = /^(?:cid:[^\s"'<>]+|data:image\/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]+)$/i;
