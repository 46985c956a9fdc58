import type { Fact, FactShapes } from '../platform/domain.js';
import type { Flags } from './flags.events.js';
import { type Address, type MessageContent, messageKey, PERSONAL, type Place } from './content.events.js';

/** Sealed with the content; null after an erasure. */
interface Envelope {
  /** MAIL FROM without angle brackets; empty: null reverse-path (RFC 5321 §4.5.5) */
  sender: string;
  /** RCPT TO, each address once; facts name recipients by their index */
  recipients: string[];
}

export interface QueuedMessage extends Omit<MessageContent, keyof Place | keyof Flags | 'arrival'> {
  bcc: Address[] | null;
  envelope: Envelope | null;
  recipientCount: number;
  /** `MessageKeys.identity`: a copy with the same body is found by it; null: the bytes are not all read */
  identityKey: string | null;
  /** HMAC of the Message-ID: the copy in Sent is found by it, also with other bytes */
  sentKey: string;
  /** user that sends; null: a service or the system */
  userId: string | null;
  /** requested time, ISO 8601 UTC; null: at once */
  sendAt: string | null;
  /** earliest time of the first attempt, ISO 8601 UTC: `sendAt`, or the end of the time to undo */
  notBefore: string;
  /** true: an answer in the conversation cancels the message */
  cancelOnReply: boolean;
  /** ids of messages here */
  answers: string | null;
  forwards: string | null;
  resendOf: string | null;
  draftId: string | null;
  purpose: 'person' | 'autoreply';
  /** false: no copy goes into Sent */
  keepCopy: boolean;
}

interface OfMessage {
  accountId: string;
  messageId: string;
}

interface OfAttempt extends OfMessage {
  /** from 1 */
  attempt: number;
}

/** `QueuedMessage.userId`: the person to tell. */
interface ForSender {
  userId: string | null;
}

interface Outcome extends OfAttempt {
  /** indices of `Envelope.recipients` */
  recipients: number[];
  /** number of recipients without a final outcome after this fact */
  open: number;
  /** reply of the server, sealed; null: none, or erased */
  reply: string | null;
}

/** `instance-held`: the data folder or the database was restored or copied. */
export type WhyHeld = 'overdue' | 'instance-held' | 'login-refused' | 'sign-in-needed';
/** `edited`: its author writes it again as a draft. */
export type WhyCancelled = 'person' | 'reply-came' | 'account-removed' | 'access-lost' | 'replaced' | 'edited';

export type SendingEvent =
  | Fact<'MessageQueued', QueuedMessage>
  /** appended before the connection is opened */
  | Fact<'SendBegan', OfAttempt & { recipients: number[] }>
  /** appended before the final CRLF.CRLF is written: without this fact, the server cannot have taken the message */
  | Fact<'FinalDotReached', OfAttempt>
  /** `givenId`: Message-ID that the provider gave instead, sealed; `sentKey`: its HMAC; null: none */
  | Fact<'RecipientsAccepted', Outcome & { givenId: string | null; sentKey: string | null }>
  /**
   * `until`: earliest next attempt; `since`: first deferred attempt, both ISO 8601 UTC. `reason`: without a reply, such
   * as `timed-out`.
   */
  | Fact<'RecipientsDeferred', Outcome & { until: string; since: string; code: string | null; reason: string | null }>
  | Fact<'RecipientsRefused', Outcome & ForSender & { code: string | null; reason: string | null }>
  /** No reply after the final dot. `final`: the copy in Sent was looked for, and a person decides now. */
  | Fact<'SendUnknown', OfAttempt & ForSender & { final: boolean }>
  | Fact<
      'SendResolved',
      OfMessage & { outcome: 'arrived' | 'send-again'; by: 'copy-found' | 'report' | 'person'; open: number }
    >
  /** `attempts`: number of them so far */
  | Fact<'SendHeld', OfMessage & ForSender & { why: WhyHeld; attempts: number }>
  /** a person confirmed an overdue message */
  | Fact<'SendConfirmed', OfMessage>
  | Fact<'SendCancelled', OfMessage & ForSender & { why: WhyCancelled }>
  /** `place`: of the copy that this service stored; null: not told by the server, or the server keeps copies itself */
  | Fact<'CopyKept', OfMessage & { by: 'us' | 'server'; place: Place | null }>
  | Fact<'CopyFailed', OfMessage & { reason: string }>
  /** A report on the delivery came back. `recipient`: index; null: the report does not tell. */
  | Fact<'DeliveryFailed', Report>
  | Fact<'DeliveryDelayed', Report>
  | Fact<'DeliveryComplained', Report>;

interface Report extends OfMessage, ForSender {
  recipient: number | null;
  /** HMAC of the address of the recipient; null: the report does not tell */
  recipientKey: string | null;
  /** status code of RFC 3463, such as `5.1.1`; null: none */
  code: string | null;
  /** id of the message that holds the report */
  reportId: string;
  /** words of the reporting server, sealed */
  diagnostic: string | null;
}

export type AfterQueueing = Exclude<SendingEvent, { type: 'MessageQueued' }>;

/** True for a fact about a message that was queued before. */
export const isAfterQueueing = <F extends Fact>(fact: F): fact is Extract<F, AfterQueueing> =>
  fact.type in sendingFacts && fact.type !== 'MessageQueued';

const key = ({ messageId }: OfMessage): string => messageKey(messageId);
const withReply = { v: 1, personal: { key, fields: ['reply' as const] } };
const report = { v: 1, personal: { key, fields: ['diagnostic' as const] } };

export const sendingFacts: FactShapes<SendingEvent> = {
  MessageQueued: { v: 1, personal: { key, fields: [...PERSONAL, 'bcc', 'envelope'] } },
  SendBegan: { v: 1 },
  FinalDotReached: { v: 1 },
  RecipientsAccepted: { v: 1, personal: { key, fields: ['reply', 'givenId'] } },
  RecipientsDeferred: withReply,
  RecipientsRefused: withReply,
  SendUnknown: { v: 1 },
  SendResolved: { v: 1 },
  SendHeld: { v: 1 },
  SendConfirmed: { v: 1 },
  SendCancelled: { v: 1 },
  CopyKept: { v: 1 },
  CopyFailed: { v: 1 },
  DeliveryFailed: report,
  DeliveryDelayed: report,
  DeliveryComplained: report,
};
