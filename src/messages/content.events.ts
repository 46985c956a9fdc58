import type { Flags } from './flags.events.js';

/** One message per account and content; it may lie at several places on the server. */
export const messageStream = (messageId: string): string => `message-${messageId}`;
export const messageKey = (messageId: string): string => `message/${messageId}`;

export interface Address {
  name: string;
  /** domain in lower case, local part as written; empty: no address in the header */
  address: string;
}

interface AttachmentInfo {
  index: number;
  filename: string;
  contentType: string;
  /** bytes, from the server or estimated from the encoded size */
  size: number;
  inline: boolean;
  contentId: string | null;
}

/** Reason to treat a message as automatic. `report`: of a mail server, which leads to no contact, task or reply. */
export type Automatic = 'report' | 'auto-submitted' | 'mailing-list' | 'bulk' | 'null-return-path';

/**
 * Field that names the author. `reply-to`: an own address sends for somebody else, as a contact form does. `own`: the
 * organisation wrote the message itself, and nothing reacts to it.
 */
export type Author = 'from' | 'reply-to' | 'own';

export type Arrival = 'import' | 'new';

export type Box = 'received' | 'sent' | 'draft';

export interface Place {
  folderId: string;
  uidValidity: string;
  uid: number;
}

/** Sealed under the key of the message; null after its erasure. */
export interface PersonalContent {
  /** Message-ID header with its angle brackets (RFC 5322 §3.6.4) */
  header: string | null;
  inReplyTo: string | null;
  references: string[] | null;
  from: Address | null;
  to: Address[] | null;
  cc: Address[] | null;
  replyTo: Address[] | null;
  subject: string | null;
  /** Date header, ISO 8601 UTC */
  date: string | null;
  preview: string | null;
  attachments: AttachmentInfo[] | null;
}

export interface MessageContent extends PersonalContent, Place, Flags {
  accountId: string;
  messageId: string;
  threadId: string;
  /** SHA-256 of the raw bytes, hex */
  hash: string;
  size: number;
  /** INTERNALDATE, ISO 8601 UTC */
  receivedAt: string;
  /** `import`: the message lay in its folder before the folder was fetched first, or was fetched by releases before */
  arrival: Arrival;
  automatic: Automatic | null;
  /** false: the bytes are stored, but cannot be parsed as a message */
  parsed: boolean;
  author: Author;
  /** HMAC of the author's address; null without an author */
  senderKey: string | null;
  /** HMACs of all addresses in the message */
  peopleKeys: string[];
  /** `MessageKeys.reaction`; null in facts of releases before, and without a Message-ID */
  reactionKey: string | null;
  /** `MessageKeys.conversation`; null in facts of releases before */
  conversationKeys: string[] | null;
}

export const PERSONAL: (keyof PersonalContent)[] = [
  'header',
  'inReplyTo',
  'references',
  'from',
  'to',
  'cc',
  'replyTo',
  'subject',
  'date',
  'preview',
  'attachments',
];
