import { isTechnical } from '../../src/mail/reading/attachments.js';
import { PresentAnswer } from '../presence/presence.js';
import type { ListedBox, MessageRow } from './mailbox-tables.js';
import { SendingAnswer, type SelectedOutgoing, toSending } from './sending-answer.js';

class AddressAnswer {
  /** Name in the header; empty if the header holds none. */
  name!: string;
  /** Mail address; empty if the header holds none. */
  address!: string;
}

class AttachmentAnswer {
  /**
   * Number of the attachment within the message, from 0; part of its download path. Numbers may be missing in a list:
   * files within a winmail.dat stand for it.
   */
  index!: number;
  /** File name in the message; empty if it holds none. */
  filename!: string;
  /** Media type in the message, such as `application/pdf`. */
  contentType!: string;
  /** Size in bytes; an estimate until the message has been opened. */
  size!: number;
  /** True if the attachment is shown within the text. */
  inline!: boolean;
  /** True for a signature and the like, which programs read: a front end may hide it. */
  technical!: boolean;
}

class MatchPiece {
  /** Plain text of the message, not HTML. */
  text!: string;
  /** True for words that the search found. */
  hit!: boolean;
}

/** A message in a list. Personal fields are null or empty once the message is erased. */
class MessageSummary {
  /** Id of the message. */
  id!: string;
  /** Id of the account. */
  accountId!: string;
  /**
   * `received`: lies or lay in the inbox, or elsewhere but not in Sent; `sent`: in Sent or sent from here; `draft`: not
   * sent; `trash`: deleted here.
   */
  box!: 'received' | 'sent' | 'draft' | 'trash';
  /**
   * Id of the folder of the message; of the last one if the server does not have the message any more. null: no folder
   * so far, for a message that is being sent from here.
   */
  folderId!: string | null;
  /** False if no folder of the mail server has the message any more. */
  onServer!: boolean;
  /** True if another program deleted the message: it is in the trash of the mail server, or gone from it. */
  deletedElsewhere!: boolean;
  /** ISO 8601 UTC: time at which a person deleted the message here; null if it is not in the trash. */
  deletedAt!: string | null;
  /** Message-ID header with its angle brackets; null if there is none or the message is erased. */
  messageId!: string | null;
  /** Id of the conversation. It becomes the id of an older one when later mail shows that both are one. */
  threadId!: string;
  /** Sender; null if the header holds none or the message is erased. */
  from!: AddressAnswer | null;
  /** Recipients in the header To. */
  to!: AddressAnswer[];
  /** Recipients in the header Cc. */
  cc!: AddressAnswer[];
  /** Addresses in the header Reply-To. */
  replyTo!: AddressAnswer[];
  /** Subject; null if there is none or the message is erased. */
  subject!: string | null;
  /** ISO 8601 UTC: time in the header Date; null if there is none or the message is erased. */
  date!: string | null;
  /** ISO 8601 UTC: time at which the server received the message. */
  receivedAt!: string;
  /** Size of the raw message in bytes. */
  size!: number;
  /** True if the message is read on the mail server, by anybody. */
  seen!: boolean;
  /** True if the caller has read the message, or it is older than the access of the caller. null for a service. */
  seenByMe!: boolean | null;
  /** True if the message is flagged. */
  flagged!: boolean;
  /** True if the message is answered. */
  answered!: boolean;
  /** True if the message was forwarded. */
  forwarded!: boolean;
  /** Beginning of the text; null if there is none or the message is erased. */
  preview!: string | null;
  /** Attachments of the message. */
  attachments!: AttachmentAnswer[];
  /** Sending of a message from here; null for all other messages. */
  sending!: SendingAnswer | null;
  /** Id of the user that sent the message or began the draft here; null for all other messages, and for a service. */
  createdBy!: string | null;
  /** Id of the contact with the sender’s address; null if there is none. */
  contactId!: string | null;
  /** Id of the task about the message; null if there is none. */
  taskId!: string | null;
  /** False if the bytes could not be read as a message; the raw bytes can be downloaded. */
  parsed!: boolean;
  /**
   * In a list with `q`: why the message was found, as a short extract of subject, people, names of attachments or text,
   * about 160 characters in pieces. null without `q`, and for a text that could not be read in time.
   */
  match!: MatchPiece[] | null;
}

export class MessagePage {
  /** Messages of this page. */
  items!: MessageSummary[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}

class SeenByAnswer {
  /** Id of the user. */
  userId!: string;
  /** ISO 8601 UTC: time at which the user read the message. */
  at!: string;
}

export class MessageAnswer extends MessageSummary {
  /** Other people that view the message now, or write an answer, by name. */
  present!: PresentAnswer[];
  /** Users that have read the message here, in the order of reading. */
  seenBy!: SeenByAnswer[];
  /**
   * HTML body, safe to show: no scripts, and nothing from other servers without `images=true`; null if there is none.
   */
  html!: string | null;
  /** True if images from other servers were left out of `html`; `images=true` shows them. */
  imagesRemoved!: boolean;
  /** Plain text body; null if there is none. */
  text!: string | null;
  /**
   * `signed`: the message carries a signature of S/MIME or OpenPGP, which is not verified: the text may come from
   * anybody. `encrypted`: at least a part of the message is encrypted; `text` holds a notice in its place, and the raw
   * message the encrypted bytes. null: neither, or the content cannot be read.
   */
  protection!: 'signed' | 'encrypted' | null;
  /**
   * Completeness of `html`, `text` and `attachments`: `cut` if the message is too large to open, `unreadable` if it is
   * no message, `damaged` while its missing bytes are fetched again from the mail server, `lost` if the mail server
   * does not have them any more, `erased` once it was forgotten.
   */
  content!: 'complete' | 'cut' | 'unreadable' | 'damaged' | 'lost' | 'erased';
}

export type SelectedMessage = MessageRow & {
  box: ListedBox;
  /** present folder; null if no folder of the server has the message */
  presentFolderId: string | null;
  /** true if all present folders are trash */
  inServerTrash: boolean | null;
  conversationId: string;
  contactId: string | null;
  taskId: string | null;
  /** null: not sent from here */
  outgoing: SelectedOutgoing | null;
  /** null: no person asks */
  seenByMe: boolean | null;
};

export function toSummary({
  content,
  receivedAt,
  ...row
}: SelectedMessage): Pick<MessageSummary, keyof MessageSummary> {
  return {
    id: row.id,
    accountId: row.accountId,
    box: row.box === 'cancelled' ? 'sent' : row.box,
    folderId: row.wishedFolderId ?? row.presentFolderId ?? row.folderId,
    onServer: row.presentFolderId !== null,
    deletedElsewhere:
      !row.isDraftHere &&
      row.deletedAt === null &&
      (row.inServerTrash ?? (row.outgoing === null || row.folderId !== null)),
    deletedAt: row.deletedAt?.toISOString() ?? null,
    messageId: content.header,
    threadId: row.conversationId,
    from: content.from,
    to: content.to ?? [],
    cc: content.cc ?? [],
    replyTo: content.replyTo ?? [],
    subject: content.subject,
    date: content.date,
    receivedAt: receivedAt.toISOString(),
    size: row.size,
    seen: row.seen,
    seenByMe: row.seenByMe,
    flagged: row.flagged,
    answered: row.answered,
    forwarded: row.forwarded,
    preview: content.preview,
    attachments: (content.attachments ?? []).map(toAttachment),
    sending: row.outgoing && toSending(row.outgoing),
    createdBy: row.outgoing ? row.outgoing.createdBy : row.begunBy,
    contactId: row.contactId,
    taskId: row.taskId,
    parsed: row.parsed,
    match: null,
  };
}

/** Without the Content-ID, which only the HTML of the message uses. */
export const toAttachment = ({
  index,
  filename,
  contentType,
  size,
  inline,
}: Omit<AttachmentAnswer, 'technical'>): AttachmentAnswer => ({
  index,
  filename,
  contentType,
  size,
  inline,
  technical: isTechnical({ contentType }),
});
