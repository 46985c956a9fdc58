import type { OpenedAttachment } from '../mail/reading/message.js';
import type { Original } from '../sending/original.js';
import { isHeld } from './draft-content.js';
import type { StoredDraft } from './draft-rows.js';

class DraftRecipientAnswer {
  /** Name of the recipient; empty: none. */
  name!: string;
  /** Mail address as it was written, which may be invalid. */
  address!: string;
}

class DraftAttachmentAnswer {
  /** Id of the upload that the draft keeps; null: an attachment of a message. */
  uploadId!: string | null;
  /** Id of the message here that has the attachment; null: an upload. */
  fromMessage!: string | null;
  /** Number of the attachment in the message `fromMessage`; null: an upload. */
  index!: number | null;
  /** Name of the file. */
  filename!: string;
  /** Media type of the file. */
  contentType!: string;
  /** Octets of the file. */
  size!: number;
  /** Content-ID by which `html` shows the image as `cid:<this>`; null: an attachment. */
  cid!: string | null;
}

class DraftCopyAnswer {
  /**
   * `pending`: the newest content is not on the mail server yet; `kept`: it is; `failed`: `reason` says why, and it is
   * tried again; `none`: the account only sends.
   */
  state!: 'pending' | 'kept' | 'failed' | 'none';
  /** Why the mail server has no copy, as a stable word, such as `no-drafts-folder`; null: it has one, or will have. */
  reason!: string | null;
}

/** A draft with its newest content. */
export class DraftAnswer {
  /** Id of the draft. */
  id!: string;
  /** Id of the account. */
  accountId!: string;
  /** Number of saves, for `If-Match`; 0 for a draft of another program that nobody has saved here. */
  revision!: number;
  /** Recipients of the header To. */
  to!: DraftRecipientAnswer[];
  /** Recipients of the header Cc. */
  cc!: DraftRecipientAnswer[];
  /** Recipients that no other recipient sees. */
  bcc!: DraftRecipientAnswer[];
  /** Subject; null: none written, so that an answer gets that of its original. */
  subject!: string | null;
  /** HTML, safe to show; null: none. */
  html!: string | null;
  /** Plain text; null: none. */
  text!: string | null;
  /** Attachments and images within the HTML. */
  attachments!: DraftAttachmentAnswer[];
  /** Id of the message here that the draft answers; null: none. */
  inReplyTo!: string | null;
  /** Id of the message here that the draft forwards; null: none. */
  forwardOf!: string | null;
  /** Numbers (`index`) of attachments of the forwarded message that stay behind. */
  forwardWithout!: number[];
  /** True to quote the message that the draft answers. */
  quote!: boolean;
  /** Id of the user that began the draft; null: a service, or another program. */
  createdBy!: string | null;
  /** ISO 8601 UTC: time of the last save. */
  savedAt!: string;
  /** The copy in the folder for drafts on the mail server. */
  copy!: DraftCopyAnswer;
}

export function toDraft(draft: StoredDraft, isSendOnly: boolean): DraftAnswer {
  const { id, accountId, revision, content, userId, savedAt, copy, copyReason } = draft;
  const { to, cc, bcc, subject, html, text, files, inReplyTo, forwardOf, forwardWithout = [], quote } = content;
  const [tos, ccs, bccs] = [to, cc, bcc].map((people) =>
    people.map(({ name, address }) => ({ name: name ?? '', address })),
  ) as [DraftRecipientAnswer[], DraftRecipientAnswer[], DraftRecipientAnswer[]];
  return {
    id,
    accountId,
    revision,
    to: tos,
    cc: ccs,
    bcc: bccs,
    subject,
    html,
    text,
    attachments: files.map((file) => {
      const { filename, contentType, size, cid } = file;
      const source = isHeld(file)
        ? { uploadId: file.uploadId, fromMessage: null, index: null }
        : { uploadId: null, fromMessage: file.fromMessage, index: file.index };
      return { ...source, filename, contentType, size, cid };
    }),
    inReplyTo,
    forwardOf,
    forwardWithout,
    quote,
    createdBy: userId,
    savedAt: savedAt.toISOString(),
    copy: isSendOnly ? { state: 'none', reason: null } : { state: copy, reason: copy === 'failed' ? copyReason : null },
  };
}

/** A draft of another program, as it lies on the mail server. @param html safe to show */
export function toFoundDraft({ id, accountId, quoted, attachments, bcc }: Original, html: string | null): DraftAnswer {
  const { to = [], cc = [], subject = null, text, date } = quoted;
  return {
    id,
    accountId,
    revision: 0,
    to: to.map(({ name, address }) => ({ name: name ?? '', address })),
    cc: cc.map(({ name, address }) => ({ name: name ?? '', address })),
    bcc: bcc.map(({ name, address }) => ({ name: name ?? '', address })),
    subject,
    html,
    text: html === null ? text : null,
    attachments: attachments.map((file) => toFoundFile(id, file)),
    inReplyTo: null,
    forwardOf: null,
    forwardWithout: [],
    quote: false,
    createdBy: null,
    savedAt: date.toISOString(),
    copy: { state: 'kept', reason: null },
  };
}

const toFoundFile = (
  fromMessage: string,
  { index, filename, contentType, content, inline, contentId }: OpenedAttachment,
): DraftAttachmentAnswer => ({
  uploadId: null,
  fromMessage,
  index,
  filename,
  contentType,
  size: content.length,
  cid: inline ? contentId : null,
});
