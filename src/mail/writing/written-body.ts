import { createHash } from 'node:crypto';
import { cleanText } from '../../platform/database/clean-text.js';
import { cleanHtml } from '../reading/clean-html.js';
import type { Words } from './outgoing-message.js';
import { quotation } from './quotation.js';
import { htmlOfText, readableText } from './readable-text.js';

/** A picture within the HTML: a file of the message by its own name in `cid:`, or the content of a `data:` URL. */
export type Picture = { contentId: string } & ({ cid: string } | { contentType: string; content: Uint8Array });

/** Both forms of a message. `html` null: a message of plain text. */
export interface WrittenBody {
  html: string | null;
  text: string;
  pictures: Picture[];
}

/** Sanitised HTML escapes `<` in text and `>` in attributes, so these are its images and nothing else. */
const IMAGE = /<img\b[^>]*>/g;
const SOURCE = / src="(?:cid:([^"]+)|data:(image\/[a-z]+);base64,([^"]*))"/i;
const HASH_CHARACTERS = 16;

/**
 * Puts the words of a message together: header, words, signature, quotation. The HTML is cleaned, and there is text in
 * any case, made from the HTML unless a person wrote it. Pictures get new names, so that none comes from a caller.
 * @param domain of the names of pictures
 */
export function writtenBody({ header, signature, quoted, ...written }: Words, domain: string): WrittenBody {
  const plain = written.text === null ? null : cleanText(written.text, Infinity);
  const own = written.html === null ? null : cleanHtml(written.html);
  const [above, below] = [header, signature].map((html) => (html ? cleanHtml(html) : null));
  const quote = quoted ? quotation(quoted) : null;
  const parts = [above, own ?? (plain === null ? null : htmlOfText(plain)), below, quote?.html ?? null];
  const texts = [
    above ? readableText(above) : null,
    plain ?? (own === null ? null : readableText(own)),
    below ? readableText(below) : null,
    quote?.text ?? null,
  ];
  // Character references in HTML become control characters: both forms are cleaned at the end.
  const shown = texts.filter((each) => each !== null && each.trim() !== '').join('\n\n');
  const text = `${cleanText(shown, Infinity)}\n`;
  const hasHtml = own !== null || above || below || (quoted && quoted.html !== null);
  if (!hasHtml) return { html: null, text, pictures: [] };
  const named = withNamedPictures(
    parts.flatMap((part) => (part ? [`<div>${part}</div>`] : [])).join('\n<br>\n'),
    domain,
  );
  const html = `<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n${named.html}\n</body></html>\n`;
  return { html, text, pictures: named.pictures };
}

function withNamedPictures(html: string, domain: string): { html: string; pictures: Picture[] } {
  const pictures = new Map<string, Picture>();
  const named = html.replace(IMAGE, (image) =>
    image.replace(SOURCE, (_, cid: string | undefined, contentType: string, base64: string) => {
      const source =
        cid === undefined ? { contentType, content: Buffer.from(base64, 'base64') } : { cid: decoded(cid) };
      const key = createHash('sha256')
        .update('cid' in source ? `cid:${source.cid}` : source.content)
        .digest('hex');
      const contentId = `${key.slice(0, HASH_CHARACTERS)}@${domain}`;
      pictures.set(contentId, { contentId, ...source });
      return ` src="cid:${contentId}"`;
    }),
  );
  return { html: cleanText(named, Infinity), pictures: [...pictures.values()] };
}

/** `cid:` percent-encodes the Content-ID (RFC 2392 §2); attributes escape `&` and quotation marks. */
function decoded(cid: string): string {
  const text = cid.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
