import { messageKey } from '../messages/content.events.js';
import type { Fact, FactShapes } from '../platform/domain.js';

/** @param senderKey HMAC of the author's address; null: a message without an author */
export const autoreplyStream = (accountId: string, senderKey: string | null): string =>
  `autoreply-${accountId}-${senderKey ?? 'nobody'}`;

/** Reason not to answer a message automatically, in the order of the checks. */
export type WhySuppressed =
  | 'received-before-activation'
  | 'absence-over'
  | 'imported'
  | 'too-old'
  | 'repeated'
  | 'unreadable'
  | 'null-return-path'
  | 'no-sender'
  | 'own-sender'
  | 'system-sender'
  | 'mailing-list'
  | 'auto-submitted'
  | 'bulk'
  | 'response-suppressed'
  | 'report'
  | 'junk'
  | 'not-addressed'
  | 'already-replied'
  | 'too-many-to-domain'
  | 'too-many-per-hour'
  | 'too-many-per-day'
  | 'address-invalid';

/** A message that came during an enabled absence. */
export interface Judged {
  accountId: string;
  senderKey: string | null;
  messageId: string;
  /** revision of the account that began the absence */
  window: number;
  /** address to answer, sealed under the key of the message; null: none, or erased */
  to: string | null;
}

export type AutoreplyEvent =
  /**
   * Appended before the reply is queued: the id of the reply follows from that of the message. `domainKey`: HMAC of the
   * domain of `to`; null for free mail.
   */
  | Fact<'ReplyQueued', Judged & { replyId: string; domainKey: string | null }>
  | Fact<'ReplySuppressed', Judged & { reason: WhySuppressed }>;

const shape = {
  v: 1,
  personal: { key: ({ messageId }: { messageId: string }) => messageKey(messageId), fields: ['to' as const] },
};

export const autoreplyFacts: FactShapes<AutoreplyEvent> = { ReplyQueued: shape, ReplySuppressed: shape };
