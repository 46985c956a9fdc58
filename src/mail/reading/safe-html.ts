import sanitize from 'sanitize-html';

export interface SafeHtmlOptions {
  /** true: shows remote images; their loading tells the sender that somebody reads the mail */
  images: boolean;
  /** URL of the message's own part with this Content-ID (without angle brackets); null or undefined: not found */
  cid: (contentId: string) => string | null | undefined;
}

const MAX_LENGTH = 2 * 1024 * 1024;
const MAX_DATA_IMAGE_LENGTH = 128 * 1024;

export interface SafeHtml {
  html: string;
  /** true: with `images` it would load images from other servers */
  imagesRemoved: boolean;
}

/**
 * Makes untrusted HTML safe to show within a page of ours: text, tables, links and images. Scripts, forms, embedded
 * documents and styles that cover the page are removed; without `images` nothing loads from other servers.
 * Of a document over 2 Mi characters only the beginning is shown.
 */
export const safeHtml = (html: string, options: SafeHtmlOptions): string => cleanedHtml(html, options).html;

/** As `safeHtml`, and tells of images that were left out. */
export function cleanedHtml(html: string, { images, cid }: SafeHtmlOptions): SafeHtml {
  let imagesRemoved = false;
  const remote = (address: string): string | null => {
    const url = absolute(address, ['http:', 'https:']);
    if (url !== null && !images) imagesRemoved = true;
    return images ? url : null;
  };
  const cleaned = sanitize(html.slice(0, MAX_LENGTH), {
    allowedTags: [...tags],
    nonTextTags: [...withoutContent],
    allowedAttributes: images ? attributesWithImages : attributes,
    allowedStyles: { '*': images ? stylesWithImages : styles },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    allowProtocolRelative: false,
    nestingLimit: 200,
    transformTags: {
      a: (_, { href, title }) => ({ tagName: 'a', attribs: linkAttributes(href, title) }),
      img: (_, { src = '', alt = '', ...rest }) => {
        const source = imageSource(src.trim(), remote, cid);
        return source
          ? { tagName: 'img', attribs: { ...rest, alt, src: source, referrerpolicy: 'no-referrer' } }
          : { tagName: 'span', attribs: {}, text: alt };
      },
      '*': (tagName, attribs) => {
        if (tagNames.has(tagName))
          for (const [, address] of (attribs['style'] ?? '').matchAll(STYLE_URL)) remote(address!);
        if (attribs['background'] === undefined) return { tagName, attribs };
        const { background: address, ...rest } = attribs;
        const background = WITH_BACKGROUND.includes(tagName) && remote(address.trim());
        return { tagName, attribs: background ? { ...rest, background } : rest };
      },
    },
  });
  return { html: cleaned, imagesRemoved };
}

export const tags =
  'a abbr address article b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr'.split(
    ' ',
  );

const tagNames: ReadonlySet<string> = new Set(tags);

export const withoutContent =
  'script style title noscript template textarea select option button iframe frame frameset object embed applet svg math video audio canvas xmp plaintext noembed noframes'.split(
    ' ',
  );

// Without `id`, `class` and `name`, because the values could collide with those of the page.
const box = ['align', 'valign', 'width', 'height', 'bgcolor'];
export const attributes = {
  '*': ['style', 'dir', 'lang', 'align'],
  a: ['href', 'title', 'rel', 'target'],
  img: ['src', 'alt', 'title', 'width', 'height', 'referrerpolicy'],
  table: [...box, 'border', 'cellpadding', 'cellspacing'],
  tr: box,
  td: [...box, 'colspan', 'rowspan', 'nowrap'],
  th: [...box, 'colspan', 'rowspan', 'nowrap'],
  col: ['span', 'width'],
  font: ['color', 'face', 'size'],
  ol: ['start', 'type'],
  blockquote: ['type'],
};

const WITH_BACKGROUND = ['table', 'td', 'th'];
const attributesWithImages = {
  ...attributes,
  ...Object.fromEntries(
    WITH_BACKGROUND.map((name) => [name, [...attributes[name as 'table' | 'td' | 'th'], 'background']]),
  ),
};

/** Parentheses only for colours, and no backslash: this excludes url(), other loading functions and their escapes. */
const plainValue = /^(?:[\w\s.,#%!'"+-]|\/(?=[\d\s])|(?:rgb|hsl)a?\([\d\s.,%/]+\)){1,200}$/i;
const notNegative = /^(?:auto|[\d\s.]|px|pt|em|rem|%|ex|ch|in|cm|mm|!important){1,60}$/i;
const stylePatterns = [
  ...'color background background-color font font-family font-size font-style font-variant font-weight text-align text-decoration text-indent text-transform line-height letter-spacing word-spacing word-break word-wrap overflow-wrap white-space vertical-align direction display float clear list-style-type border border-top border-right border-bottom border-left border-color border-style border-width border-radius border-collapse border-spacing table-layout'
    .split(' ')
    .map((name) => [name, plainValue] as const),
  ...'margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left width height min-width max-width min-height max-height'
    .split(' ')
    .map((name) => [name, notNegative] as const),
];
export const styles = Object.fromEntries(stylePatterns.map(([name, pattern]) => [name, [pattern]]));

const STYLE_URL = /url\(\s*['"]?\s*(https?:[^'")]{1,2000})/gi;
/** As `plainValue`, and images from other servers. */
const valueWithImage =
  /^(?:[\w\s.,#%!'"+-]|\/(?=[\d\s])|(?:rgb|hsl)a?\([\d\s.,%/]+\)|url\((['"]?)https?:\/\/[^\s'"()\\<>]{1,2000}\1\)){1,200}$/i;
const stylesWithImages = { ...styles, background: [valueWithImage], 'background-image': [valueWithImage] };

function linkAttributes(href: string | undefined, title: string | undefined): Record<string, string> {
  // Mail programs take `www.example.com` for a web address.
  const written = (href ?? '').trim().replace(/^(?=www\.[^\s/]+\.)/i, 'http://');
  const target = absolute(written, ['http:', 'https:', 'mailto:', 'tel:']);
  if (!target) return {};
  return { href: target, ...(title ? { title } : {}), target: '_blank', rel: 'noopener noreferrer nofollow' };
}

function imageSource(
  src: string,
  remote: (address: string) => string | null,
  cid: SafeHtmlOptions['cid'],
): string | null | undefined {
  if (/^cid:/i.test(src)) return cid(decoded(src.slice(4)).replace(/^<|>$/g, ''));
  if (/^data:image\/(?:png|jpe?g|gif);base64,[a-z0-9+/=\s]+$/i.test(src))
    return src.length <= MAX_DATA_IMAGE_LENGTH ? src : null;
  return remote(src);
}

/** The URL as a browser reads it; null for other protocols and for relative URLs, which would lead to our own pages. */
export function absolute(address: string, protocols: string[]): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && protocols.includes(url.protocol) ? url.href : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
