import mime from 'mime';
import { cleanLine } from '../../platform/database/clean-text.js';

export interface Attachment {
  /** counts the attachments of the message in the order of its bytes, from 0 */
  index: number;
  filename: string;
  contentType: string;
  /** octets of the decoded file; exact in an opened message, otherwise estimated from the encoded size */
  size: number;
  /** true: the sender wants it shown within the text */
  inline: boolean;
  /** without angle brackets */
  contentId: string | null;
}

/** The description of a part that BODYSTRUCTURE and the bytes of a message have in common. */
export interface DescribedPart {
  type: string;
  parameters?: Record<string, string>;
  disposition?: string;
  dispositionParameters?: Record<string, string>;
  encoding?: string;
  id?: string;
  size?: number;
  childNodes?: DescribedPart[];
}

/** Type of the RTF body in a TNEF file. No header can name it, because of the semicolon. */
export const COMPRESSED_RTF = 'text/rtf;compressed';

/** Kinds of text that are shown, not listed as files. */
const SHOWN: ReadonlySet<string> = new Set([
  'text/plain',
  'text/html',
  'text/markdown',
  'text/enriched',
  'text/x-amp-html',
  COMPRESSED_RTF,
]);

export interface AttachedPart<P> {
  part: P;
  index: number;
  /** false: others stand for it, such as the files in it; it can be downloaded all the same */
  listed: boolean;
}

/** Leaves of a message, in the order of the bytes. */
export interface DividedParts<P> {
  /** shown as text of the message */
  texts: P[];
  /** Attachments; an embedded message is one. Those within other files come last, so that no index depends on them. */
  files: AttachedPart<P>[];
}

/**
 * A leaf is shown as text unless the sender calls it an attachment, or it has a file name and stands behind another
 * text. All other leaves are attachments.
 */
export function dividedParts<P extends DescribedPart & { inside?: { kind: string; root: P } }>(
  root: P,
): DividedParts<P> {
  const texts: P[] = [];
  const files: Omit<AttachedPart<P>, 'index'>[] = [];
  const inner: Omit<AttachedPart<P>, 'index'>[] = [];
  const walk = (part: P): void => {
    if (isMultipart(part)) (part.childNodes as P[] | undefined)?.forEach(walk);
    else if (part.inside) {
      const within = dividedParts(part.inside.root);
      files.push({ part, listed: false });
      inner.push(...within.files);
      if (part.inside.kind !== 'tnef') texts.push(...within.texts);
    } else if (isShownText(part, texts.length === 0)) texts.push(part);
    else files.push({ part, listed: true });
  };
  walk(root);
  return { texts, files: [...files, ...inner].map((file, index) => ({ part: file.part, listed: file.listed, index })) };
}

function isShownText(part: DescribedPart, isFirst: boolean): boolean {
  if (part.disposition?.toLowerCase() === 'attachment' || !SHOWN.has(part.type.toLowerCase())) return false;
  return isFirst || !filenameOf(part);
}

/** A signature, or the version of PGP/MIME: programs read them, not people (RFC 8551, RFC 3156). */
export const isTechnical = ({ contentType }: { contentType: string }): boolean =>
  /^application\/(?:(?:x-)?pkcs7-signature|pgp-(?:signature|encrypted))$/.test(contentType);

const isMultipart = ({ type }: DescribedPart): boolean => type.toLowerCase().startsWith('multipart/');
const filenameOf = ({ dispositionParameters, parameters }: DescribedPart): string =>
  dispositionParameters?.['filename'] || parameters?.['name'] || '';

/** The list of the attachments of a message. */
export function attachmentsOf(root: DescribedPart, max: number): Attachment[] {
  return dividedParts(root)
    .files.filter(({ listed }) => listed)
    .slice(0, max)
    .map(({ part, index }) =>
      described(
        index,
        part,
        part.encoding?.toLowerCase() === 'base64' ? decodedSize(part.size ?? 0) : (part.size ?? 0),
      ),
    );
}

/** Cleans the sender's description of a file. @param size octets */
export function described(index: number, part: DescribedPart, size: number): Attachment {
  const contentId = cleanLine(part.id ?? '', 255).replace(/^<|>$/g, '') || null;
  const disposition = part.disposition?.toLowerCase();
  const contentType = /^[\w.+-]+\/[\w.+-]+$/.test(part.type) ? part.type.toLowerCase() : 'application/octet-stream';
  return {
    index,
    filename: cleanFilename(filenameOf(part)) || namelessName(index, contentType),
    contentType,
    size,
    inline: disposition === 'inline' || (disposition !== 'attachment' && contentId !== null),
    contentId,
  };
}

/** A name for a part without one, so that everything listed can be saved and opened. */
function namelessName(index: number, contentType: string): string {
  const extension = contentType === 'message/rfc822' ? 'eml' : mime.getExtension(contentType);
  return `attachment-${index + 1}${extension ? `.${extension}` : ''}`;
}

/** Controls of writing direction: they make an .exe look like a .pdf. */
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Removes directories: some senders write a path, and some programs would follow it when they save the file. */
export function cleanFilename(filename: string): string {
  const name = cleanLine(filename.replace(/^.*[/\\]/s, '').replace(BIDI, ''), 255);
  return /^\.*$/.test(name) ? '' : name;
}

/** Assumes the usual base64 layout: lines of 76 characters and CRLF. */
const decodedSize = (encoded: number): number => Math.floor((encoded / 78) * 57);
