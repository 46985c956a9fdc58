import type { Box } from '../../src/messages/message.events.js';
import type { MessageRow } from './mailbox-view.js';

export class AddressAnswer {
  /** empty when the header holds none */
  name!: string;
  address!: string;
}

export class AttachmentAnswer {
  /** counts the attachments of the message from 0 */
  index!: number;
  filename!: string;
  contentType!: string;
  /** bytes; an estimate until the message has been opened */
  size!: number;
  /** meant to be shown within the text */
  inline!: boolean;
}

/** A message in a list. What is personal is null or empty once it has been erased. */
export class MessageSummary {
  id!: string;
  accountId!: string;
  /** `sent`: lies in the Sent folder or was sent from here; `draft`: not sent yet */
  box!: 'received' | 'sent' | 'draft';
  /** folder that it was placed in last */
  folderId!: string;
  /** Message-ID header with its angle brackets */
  messageId!: string | null;
  threadId!: string;
  from!: AddressAnswer | null;
  to!: AddressAnswer[];
  cc!: AddressAnswer[];
  replyTo!: AddressAnswer[];
  subject!: string | null;
  /** Date header, ISO 8601 UTC */
  date!: string | null;
  /** when the server received it, ISO 8601 UTC */
  receivedAt!: string;
  /** bytes */
  size!: number;
  seen!: boolean;
  flagged!: boolean;
  answered!: boolean;
  /** the beginning of its text */
  preview!: string | null;
  attachments!: AttachmentAnswer[];
  /** contact of the sender's address */
  contactId!: string | null;
  /** task that it made */
  taskId!: string | null;
  /** false: could not be read as a message; it is there raw */
  parsed!: boolean;
}

export class MessagePage {
  items!: MessageSummary[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}

export class MessageAnswer extends MessageSummary {
  /** safe to show: no script, and nothing loaded from elsewhere unless `images=true`; null when the mail has no HTML */
  html!: string | null;
  text!: string | null;
  /**
   * whether html, text and attachments are all there: `cut` when the message is too large to open, `unreadable` when it is no
   * message, `damaged` when it was not stored whole, `erased` when it was forgotten
   */
  content!: 'complete' | 'cut' | 'unreadable' | 'damaged' | 'erased';
}

export type SelectedMessage = MessageRow & { box: Box; contactId: string | null; taskId: string | null };

export function toSummary({
  content,
  receivedAt,
  ...row
}: SelectedMessage): Pick<MessageSummary, keyof MessageSummary> {
  return {
    id: row.id,
    accountId: row.accountId,
    box: row.box,
    folderId: row.folderId,
    messageId: content.header,
    threadId: row.threadId,
    from: content.from,
    to: content.to ?? [],
    cc: content.cc ?? [],
    replyTo: content.replyTo ?? [],
    subject: content.subject,
    date: content.date,
    receivedAt: receivedAt.toISOString(),
    size: row.size,
    seen: row.seen,
    flagged: row.flagged,
    answered: row.answered,
    preview: content.preview,
    attachments: (content.attachments ?? []).map(toAttachment),
    contactId: row.contactId,
    taskId: row.taskId,
    parsed: row.parsed,
  };
}

/** The Content-ID stays inside: it is only how the HTML names a part. */
export const toAttachment = ({ index, filename, contentType, size, inline }: AttachmentAnswer): AttachmentAnswer => ({
  index,
  filename,
  contentType,
  size,
  inline,
});
