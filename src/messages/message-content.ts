import type { MessageHead } from '../mail/reading/message-head.js';
import { normalAddress } from '../mail/reading/normal-address.js';
import type { FoundMessage } from './message.decider.js';
import { authorOf } from './message.decider.js';
import type { Flags } from './flags.events.js';
import type { Arrival, MessageContent } from './message.events.js';
import type { MessageKeys } from './message-keys.js';

/** A message as its bytes and its server describe it. */
export interface ReadContent extends Pick<MessageContent, 'accountId' | 'messageId' | 'hash' | 'size'> {
  head: MessageHead;
  flags: Flags;
  arrival: Arrival;
  /** null: the server gives no valid date */
  internalDate: Date | null;
}

/** @param own addresses of accounts, in lower case */
export function contentOf(
  { accountId, messageId, hash, size, head, flags, arrival, internalDate }: ReadContent,
  keys: MessageKeys,
  own: ReadonlySet<string>,
): FoundMessage['content'] {
  const { from, replyTo } = head;
  const linked = linkedOf(head);
  const author = authorOf(head, own);
  const writer = author === 'reply-to' ? replyTo[0] : from;
  // The server's description may name people of a header that is not read to its end.
  const described = [from, ...head.to, ...head.cc, ...replyTo].flatMap((one) => (one?.address ? [one.address] : []));
  const people = new Set([...head.people, ...described.map(normalAddress)]);
  // Field by field, because spreading a head takes longer than parsing one.
  return {
    accountId,
    messageId,
    hash,
    size,
    inReplyTo: head.inReplyTo,
    references: head.references,
    from,
    to: head.to,
    cc: head.cc,
    replyTo,
    subject: head.subject,
    date: head.date,
    preview: head.preview,
    attachments: head.attachments,
    automatic: head.automatic,
    parsed: head.parsed,
    header: head.messageId,
    threadId: keys.thread(accountId, linked, messageId),
    receivedAt: internalDate?.toISOString() ?? head.date ?? new Date(0).toISOString(),
    seen: flags.seen,
    flagged: flags.flagged,
    answered: flags.answered,
    forwarded: flags.forwarded,
    deleted: flags.deleted,
    arrival,
    author,
    senderKey: writer?.address ? keys.person(writer.address) : null,
    peopleKeys: [...people].map((address) => keys.person(address)),
    reactionKey: keys.reaction(accountId, linked),
    conversationKeys: keys.conversation(accountId, linked),
  };
}

/** The fields of a head by which messages are compared, named as in facts. */
export const linkedOf = (head: MessageHead) => ({
  header: head.messageId,
  inReplyTo: head.inReplyTo,
  references: head.references,
  from: head.from,
  to: head.to,
  cc: head.cc,
  replyTo: head.replyTo,
  date: head.date,
});
