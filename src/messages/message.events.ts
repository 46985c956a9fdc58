import type { Fact, FactShapes } from '../platform/domain.js';
import { type Flags, NO_FLAGS } from './flags.events.js';

/** One message per account and content; it may lie at several places on the server. */
export const messageStream = (messageId: string): string => `message-${messageId}`;
export const messageKey = (messageId: string): string => `message/${messageId}`;

interface Address {
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

/** Reason to treat a message as automatic. */
type Automatic = 'auto-submitted' | 'mailing-list' | 'bulk' | 'null-return-path';

/**
 * Field that names the author. `reply-to`: an own address sends for somebody else, as a contact form does. `own`: the
 * organisation wrote the message itself, and nothing reacts to it.
 */
export type Author = 'from' | 'reply-to' | 'own';

export type Arrival = 'import' | 'new';

export type Box = 'received' | 'sent' | 'draft';

/** Reactions of the account, as set when the message was received. */
export interface Reactions {
  createContacts: boolean;
  createContactsFrom: 'people' | 'everyone';
  createTasks: boolean;
}

export interface ReactionsAndNotice extends Reactions {
  /** the users of the account are notified */
  notify: boolean;
}

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

/** The part of a message that reactions need. */
export type MailToReactTo = Pick<
  MessageContent,
  | 'accountId'
  | 'messageId'
  | 'from'
  | 'replyTo'
  | 'subject'
  | 'author'
  | 'senderKey'
  | 'peopleKeys'
  | 'automatic'
  | 'receivedAt'
  | 'arrival'
> & { reactions: Reactions };

/** Reason to destroy a message: its time in the trash is over, or a person deleted it for good. */
export type WhyDestroyed = 'trash-expired' | 'for-good';

/** HMACs by which a destroyed message is still recognised. */
export interface TakenKeys {
  /** `MessageKeys.identity`; null without a Message-ID, a date or readable bytes */
  identityKey: string | null;
  reactionKey: string | null;
  conversationKeys: string[];
  /** as in the fact that recorded the message */
  threadId: string;
}

export type MessageEvent =
  | Fact<'MessageReceived', MessageContent & { reactions: ReactionsAndNotice }>
  /** a message that was first found in Sent or Drafts, and now in the inbox */
  | Fact<'MessageAlsoReceived', MailToReactTo & Place & Flags & { reactions: ReactionsAndNotice }>
  /** sent from the account, by this service or by another mail program */
  | Fact<'SentMessageFound', MessageContent>
  | Fact<'DraftFound', MessageContent>
  /** the same content at one more place; written by releases before `MessagesPlaced` */
  | Fact<'MessagePlaced', Place & { accountId: string; messageId: string; box: Box }>
  /** key and raw bytes are destroyed; the message is never recorded again */
  | Fact<'MessageErased', { accountId: string; messageId: string; erasureId: string }>
  /** keys of a message that a release before recorded without them, taken before its data key is destroyed */
  | Fact<'MessageKeysTaken', { accountId: string; messageId: string } & TakenKeys>
  /** deleted for good: key and raw bytes are destroyed; the message is never recorded again, and its task stays */
  | Fact<'MessageDestroyed', { accountId: string; messageId: string; why: WhyDestroyed }>;

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
/** Mail of releases before notifies nobody. */
const imported = (data: Record<string, unknown>): Record<string, unknown> => ({
  ...data,
  arrival: 'import',
  ...(data.reactions === undefined ? {} : { reactions: { ...data.reactions, notify: false } }),
});
const key = ({ messageId }: { messageId: string }): string => messageKey(messageId);
const content = {
  v: 3,
  personal: { key, fields: PERSONAL },
  upcast: {
    1: (data: Record<string, unknown>) => ({ ...data, author: 'from', reactionKey: null, conversationKeys: null }),
    2: (data: Record<string, unknown>) => ({ ...imported(data), forwarded: false, deleted: false }),
  },
};

export const messageFacts: FactShapes<MessageEvent> = {
  MessageReceived: content,
  MessageAlsoReceived: {
    v: 2,
    personal: { key, fields: ['from', 'replyTo', 'subject'] },
    upcast: { 1: (data: Record<string, unknown>) => ({ ...imported(data), ...NO_FLAGS }) },
  },
  SentMessageFound: content,
  DraftFound: content,
  MessagePlaced: { v: 1 },
  MessageErased: { v: 1 },
  MessageKeysTaken: { v: 1 },
  MessageDestroyed: { v: 1 },
};
