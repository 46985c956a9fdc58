import type { Person } from '../mail/writing/outgoing-message.js';

interface StoredFile {
  filename: string;
  contentType: string;
  /** octets */
  size: number;
  /** Content-ID without angle brackets; null: none */
  cid: string | null;
}

/** An uploaded file that the draft holds. `sha256`: of a file that came within a request, hex; null: uploaded */
export type HeldFile = StoredFile & { uploadId: string; sha256: string | null };
/** An attachment of a message here. */
export type TakenFile = StoredFile & { fromMessage: string; index: number };
export type DraftFile = HeldFile | TakenFile;

/** Content of a draft. It is sealed as JSON. */
export interface DraftContent {
  to: Person[];
  cc: Person[];
  bcc: Person[];
  /** null: none written, so that an answer gets that of its original */
  subject: string | null;
  /** safe to show */
  html: string | null;
  text: string | null;
  files: DraftFile[];
  inReplyTo: string | null;
  forwardOf: string | null;
  /** numbers of attachments of the forwarded message that stay behind; undefined: none */
  forwardWithout?: number[];
  quote: boolean;
  /** one line of plain text */
  preview: string;
  /** conversation of a draft of another program; null: none */
  ancestors: { inReplyTo: string | null; references: readonly string[] } | null;
  /** ids of the uploads that were made of the attachments of the taken message, by their index */
  taken: Record<string, string>;
}

export const isHeld = (file: DraftFile): file is HeldFile => 'uploadId' in file;

export const heldIds = ({ files }: Pick<DraftContent, 'files'>): string[] =>
  files.flatMap((file) => (isHeld(file) ? [file.uploadId] : []));

/** True if nothing differs that a person sees. */
export const isSame = (one: DraftContent, other: DraftContent): boolean =>
  JSON.stringify(visible(one)) === JSON.stringify(visible(other));

const visible = ({
  to,
  cc,
  bcc,
  subject,
  html,
  text,
  files,
  inReplyTo,
  forwardOf,
  forwardWithout = [],
  quote,
}: DraftContent): unknown => [
  ...[to, cc, bcc].map((people) => people.map(({ name, address }) => [name ?? '', address])),
  [subject, html, text, inReplyTo, forwardOf, forwardWithout, quote],
  files.map((file) => [isHeld(file) ? file.uploadId : [file.fromMessage, file.index], file.cid]),
];
