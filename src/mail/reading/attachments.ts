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

/**
 * The definition of an attachment: a leaf that is not shown as text of the message. An embedded message is a leaf.
 * postal-mime with `forceRfc822Attachments` follows the same definition.
 */
const isAttachment = ({ type, disposition }: DescribedPart): boolean =>
  disposition?.toLowerCase() === 'attachment' || !['text/plain', 'text/html'].includes(type.toLowerCase());

const isMultipart = ({ type }: DescribedPart): boolean => type.toLowerCase().startsWith('multipart/');

/** The leaves in the order of the bytes. */
function leavesOf<P extends DescribedPart>(part: P): P[] {
  const children = (part.childNodes ?? []) as P[];
  return isMultipart(part) ? children.flatMap((child) => leavesOf(child)) : [part];
}

export const textsOf = <P extends DescribedPart>(root: P): P[] => leavesOf(root).filter((part) => !isAttachment(part));

export function attachmentsOf(root: DescribedPart, max: number): Attachment[] {
  return leavesOf(root)
    .filter(isAttachment)
    .slice(0, max)
    .map((part, index) =>
      described(index, {
        filename: part.dispositionParameters?.['filename'] ?? part.parameters?.['name'],
        contentType: part.type,
        size: part.encoding?.toLowerCase() === 'base64' ? decodedSize(part.size ?? 0) : (part.size ?? 0),
        disposition: part.disposition,
        contentId: part.id,
      }),
    );
}

/** Cleans the sender's description of a file. */
export function described(
  index: number,
  file: {
    filename?: string | null;
    contentType: string;
    size: number;
    disposition?: string | null;
    contentId?: string | null;
  },
): Attachment {
  const contentId = cleanLine(file.contentId ?? '', 255).replace(/^<|>$/g, '') || null;
  const disposition = file.disposition?.toLowerCase();
  return {
    index,
    filename: cleanFilename(file.filename ?? ''),
    contentType: /^[\w.+-]+\/[\w.+-]+$/.test(file.contentType)
      ? file.contentType.toLowerCase()
      : 'application/octet-stream',
    size: file.size,
    inline: disposition === 'inline' || (disposition !== 'attachment' && contentId !== null),
    contentId,
  };
}

/** Removes directories: some senders write a path, and some programs would follow it when they save the file. */
function cleanFilename(filename: string): string {
  const name = cleanLine(filename.replace(/^.*[/\\]/s, ''), 255);
  return /^\.*$/.test(name) ? '' : name;
}

/** Assumes the usual base64 layout: lines of 76 characters and CRLF. */
const decodedSize = (encoded: number): number => Math.floor((encoded / 78) * 57);
