import { createHash } from 'node:crypto';
import { factShapes } from '../src/all.events.js';
import { folderStream } from '../src/mailboxes/folders/folder.events.js';
import { folderIdOf } from '../src/mailboxes/mailbox.events.js';
import { addressKey } from '../src/mail/reading/address-keys.js';
import { messageIdOf } from '../src/messages/message.decider.js';
import { messageKey, messageStream } from '../src/messages/message.events.js';
import type { FactShape } from '../src/platform/domain.js';
import { FactLog } from '../src/platform/log/fact-log.js';
import type { Platform } from '../src/platform/open-platform.js';
import { taskIdFor, taskStream } from '../src/tasks/task.events.js';
import { taskCreated, taskRetitled } from './examples/crm-facts.js';
import { messageReceived } from './examples/message-facts.js';
import { metadata } from './letters.js';

const ofMessage = ({ messageId }: { messageId: string }): string => messageKey(messageId);
/** Shapes in which titles of tasks stand under the key of the message, and messages without keys of their own. */
const shapes = {
  ...factShapes,
  MessageReceived: { ...factShapes.MessageReceived, v: 1 },
  FolderFound: { v: 1 },
  TaskCreated: { v: 1, personal: { key: ofMessage, fields: ['title'] } },
  TaskRetitled: { v: 1, personal: { key: ofMessage, fields: ['from', 'to'] } },
} as unknown as Record<string, FactShape<object>>;

interface EarlierMail {
  accountId: string;
  folderId: string;
  raw: Buffer;
  /** Message-ID with its angle brackets */
  header: string;
  from: string;
  /** ISO 8601 UTC */
  date: string;
  subject: string;
  /** title of its task after a person has changed it */
  title: string;
}

/** Records a message and its task as a release before did: an id from the bytes, and one data key for both. */
export async function recordedByReleaseBefore(
  { store, keys, blobs, master }: Pick<Platform, 'store' | 'keys' | 'blobs' | 'master'>,
  { accountId, folderId, raw, header, from, date, subject, title }: EarlierMail,
): Promise<{ messageId: string; taskId: string }> {
  const log = new FactLog(store, keys, shapes);
  const senderKey = addressKey(master, from);
  const hash = createHash('sha256').update(raw).digest('hex');
  const messageId = messageIdOf(accountId, hash);
  const key = (await keys.ensure([messageKey(messageId)])).get(messageKey(messageId))!;
  await blobs.keep([{ blob: await blobs.write(raw), name: messageId, key }]);
  const { author, reactionKey, conversationKeys, ...content } = messageReceived({
    ...{ accountId, messageId, folderId, hash, header, date, subject, preview: subject, attachments: [] },
    ...{ from: { name: '', address: from }, threadId: `thread-of-${messageId}`, senderKey, peopleKeys: [senderKey] },
  }).data;
  const received = { type: 'MessageReceived', data: content };
  await log.append(messageStream(messageId), 'no-stream', [received], metadata);
  const taskId = taskIdFor(messageId);
  const made = taskCreated({ taskId, messageId, accountId, contactId: null, title: subject });
  const renamed = taskRetitled({ taskId, messageId, from: subject, to: title });
  await log.append(taskStream(taskId), 'no-stream', [made, renamed], metadata);
  return { messageId, taskId };
}

/** Records a folder as a release before did, in a stream of its own. @returns its id */
export async function folderRecordedByReleaseBefore(
  { store, keys }: Pick<Platform, 'store' | 'keys'>,
  accountId: string,
  path: string,
): Promise<string> {
  const folderId = folderIdOf(accountId, path);
  const data = { accountId, folderId, path, name: path, role: null, fetched: true };
  await new FactLog(store, keys, shapes).append(
    folderStream(folderId),
    'no-stream',
    [{ type: 'FolderFound', data }],
    metadata,
  );
  return folderId;
}
