import type { Fact, FactShapes } from '../platform/domain.js';
import { type Box, type MessageContent, messageKey, PERSONAL, type Place } from './content.events.js';
import { type Flags, NO_FLAGS } from './flags.events.js';
import { type SendingEvent, sendingFacts } from './sending.events.js';

export {
  type Arrival,
  type Author,
  type Box,
  type MessageContent,
  messageKey,
  messageStream,
  type PersonalContent,
  type Place,
} from './content.events.js';

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

/**
 * Reason to destroy a message: its time in the trash is over, a person deleted it for good, or it was a draft of
 * another program, which replaced or removed it. Such a draft may return, as a new message.
 */
export type WhyDestroyed = 'trash-expired' | 'for-good' | 'draft-gone';

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
  | Fact<'MessageDestroyed', { accountId: string; messageId: string; why: WhyDestroyed }>
  | SendingEvent;

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
  ...sendingFacts,
};
