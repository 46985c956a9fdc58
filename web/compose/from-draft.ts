import type { Schemas } from '../shared/api.js';
import type { Writing, WrittenFile } from './writing.js';

/** A stored draft, as the window shows it. */
export function fromDraft(draft: Schemas['DraftAnswer']): Writing {
  const { accountId, to, cc, bcc, subject, html, text, attachments, inReplyTo, forwardOf, forwardWithout, quote } =
    draft;
  return {
    accountId,
    to,
    cc,
    bcc,
    subject: subject ?? '',
    html: html ?? linesOf(text ?? ''),
    files: attachments.map(fileOf),
    inReplyTo,
    forwardOf,
    forwardWithout,
    quote,
  };
}

function fileOf(file: Schemas['DraftAttachmentAnswer']): WrittenFile {
  const { uploadId, fromMessage, index, filename, contentType, size, cid } = file;
  const at: WrittenFile['at'] =
    uploadId === null ? { kind: 'in-message', messageId: fromMessage!, index: index! } : { kind: 'uploaded', uploadId };
  return { key: crypto.randomUUID(), filename, contentType, size, cid, at };
}

/**
 * Files of a message after its draft got copies of them: the service knows the copies only.
 * @param copies in the order in which the body named the files
 */
export function withCopies(
  files: readonly WrittenFile[],
  copies: readonly Schemas['DraftAttachmentAnswer'][],
): WrittenFile[] {
  const left = [...copies];
  return files.map((file) => {
    const at = left.findIndex(({ filename, cid }) => filename === file.filename && cid === file.cid);
    if (at < 0 || (file.at.kind !== 'uploaded' && file.at.kind !== 'in-message')) return file;
    const [copy] = left.splice(at, 1);
    return { ...file, at: fileOf(copy!).at };
  });
}

/** Plain text as HTML of the editor. */
export const linesOf = (text: string): string =>
  text === ''
    ? ''
    : text
        .trimEnd()
        .split(/\r?\n/)
        .map((line) => `<div>${escaped(line)}</div>`)
        .join('');

export const escaped = (line: string): string =>
  line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
