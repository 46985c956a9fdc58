import type { Fact, FactShapes } from '../platform/domain.js';

/** One message per account and content, wherever and however often it lies on the server. */
export const messageStream = (messageId: string): string => `message-${messageId}`;
export const messageKey = (messageId: string): string => `message/${messageId}`;

export interface Address {
  name: string;
  /** lower case domain, local part as written; empty when the header holds none */
  address: string;
}

export interface AttachmentInfo {
  index: number;
  filename: string;
  contentType: string;
  /** bytes, as the server tells or estimated from the encoded size */
  size: number;
  inline: boolean;
  contentId: string | null;
}

/** Why a message counts as not written by a person to a person. */
export type Automatic = 'auto-submitted' | 'mailing-list' | 'bulk' | 'null-return-path';

export type Box = 'received' | 'sent' | 'draft';

/** The reactions of the account that were in force when the message came. */
export interface Reactions {
  createContacts: boolean;
  createContactsFrom: 'people' | 'everyone';
  createTasks: boolean;
}

export interface Place {
  folderId: string;
  uidValidity: string;
  uid: number;
}

/** Sealed under the message's key; null once it is erased. */
export interface PersonalContent {
  /** Message-ID header with its angle brackets */
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

export interface MessageContent extends PersonalContent, Place {
  accountId: string;
  messageId: string;
  threadId: string;
  /** SHA-256 of the raw bytes, hex */
  hash: string;
  size: number;
  /** INTERNALDATE, ISO 8601 UTC */
  receivedAt: string;
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  automatic: Automatic | null;
  /** false: could not be read as a message, kept raw */
  parsed: boolean;
  /** HMAC of the sender's address; null without one */
  senderKey: string | null;
  /** HMACs of all addresses in it */
  peopleKeys: string[];
}

export type MessageEvent =
  | Fact<'MessageReceived', MessageContent & { reactions: Reactions }>
  /** written by us or by another program of the account's people */
  | Fact<'SentMessageFound', MessageContent>
  | Fact<'DraftFound', MessageContent>
  /** the same content in one more place */
  | Fact<'MessagePlaced', Place & { accountId: string; messageId: string; box: Box }>
  /** with a person of it: its key and its bytes are destroyed, and it never comes back */
  | Fact<'MessageErased', { accountId: string; messageId: string; erasureId: string }>;

const PERSONAL: (keyof PersonalContent)[] = [
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
const personal = { key: (data: { messageId: string }): string => messageKey(data.messageId), fields: PERSONAL };

export const messageFacts: FactShapes<MessageEvent> = {
  MessageReceived: { v: 1, personal },
  SentMessageFound: { v: 1, personal },
  DraftFound: { v: 1, personal },
  MessagePlaced: { v: 1 },
  MessageErased: { v: 1 },
};
