import { createHash, randomUUID } from 'node:crypto';
import type { MessageContent } from '../../src/messages/message.events.js';
import { messageKey, messageStream } from '../../src/messages/message.events.js';
import { MessageKeys } from '../../src/messages/message-keys.js';
import { BodyHash } from '../../src/mail/reading/body-hash.js';
import { MasterKey } from '../../src/platform/secrets/master-key.js';
import { type EarlierFact, MASTER_KEY } from './earlier-data.js';
import { earlierLetter } from './earlier-mailbox.js';

/** UIDs of the inbox at its server, before these messages. */
const LAST_UID = 4;
const KIM = 'Kim <kim@kiosk.example>';

/** Further messages in the inbox of the mailbox that stays, as that release recorded the one with this subject. */
export function manyMessages(facts: readonly EarlierFact[], subject: string, many: number) {
  const like = facts.find(({ data }) => data.subject === subject)!;
  const letters = Array.from({ length: many }, (_, n) => earlierLetter(`mail ${n}`, KIM));
  const keys = new MessageKeys(new MasterKey(Buffer.from(MASTER_KEY, 'hex')));
  const received = letters.map((raw, n): EarlierFact => {
    const content = like.data as unknown as MessageContent;
    const { accountId, reactions } = like.data as { accountId: string; reactions: object };
    const head = { ...content, header: `<mail-${n}@example.org>` };
    const body = new BodyHash();
    body.update(raw);
    const messageId = keys.identity(accountId, head, body.digest())!;
    const data = {
      ...head,
      messageId,
      hash: createHash('sha256').update(raw).digest('hex'),
      size: raw.length,
      threadId: keys.thread(accountId, head, messageId),
      reactionKey: keys.reaction(accountId, head),
      conversationKeys: keys.conversation(accountId, head),
      uid: LAST_UID + 1 + n,
      subject: `mail ${n}`,
      preview: `Text of mail ${n}`,
      reactions: { ...reactions, createTasks: false },
    };
    const metadata = { ...like.metadata, key: messageKey(messageId) };
    return { ...like, id: randomUUID(), stream: messageStream(messageId), data, metadata };
  });
  const { folderId } = like.data;
  const moved = facts.findLast(({ type, data }) => type === 'CursorMoved' && data.folderId === folderId)!;
  const count = LAST_UID + many;
  const total = { received: count, skipped: 0, failed: 0 };
  const cursor = { ...moved.data, done: `1:${count}`, onServer: count, total };
  return { letters, facts: [...received, { ...moved, id: randomUUID(), data: cursor }] };
}
