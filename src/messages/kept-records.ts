import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { FactLog } from '../platform/log/fact-log.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { type EarlierTitle, type TaskEvent, taskIdFor, taskStream } from '../tasks/task.events.js';
import { task } from '../tasks/task.fold.js';
import { keepTitles, takeKeys } from './destroying.decider.js';
import { type MessageContent, type MessageEvent, messageKey, messageStream } from './message.events.js';
import type { QueuedMessage } from './sending.events.js';
import { message } from './message.fold.js';
import { MessageKeys } from './message-keys.js';
import { storedBodyHash } from './stored-body.js';

const SIDE_BY_SIDE = 8;

/**
 * Records again the texts and keys that outlive a message and are readable only with its data key: the titles of its
 * task, and the keys by which the message is recognised. Only releases before recorded any of them so.
 */
@Injectable()
export class KeptRecords {
  constructor(
    private readonly log: FactLog,
    private readonly decide: Decide,
    private readonly messageKeys: MessageKeys,
    private readonly keys: DataKeys,
    private readonly blobs: Blobs,
  ) {}

  async keep(messageIds: readonly string[], origin: Origin): Promise<void> {
    const keys = await this.keys.find(messageIds.map(messageKey));
    const limit = pLimit(SIDE_BY_SIDE);
    await Promise.all(
      messageIds.map((id) =>
        limit(async () => {
          const key = keys.get(messageKey(id));
          // Without it, an earlier command has recorded all of this already.
          if (!key) return;
          await this.keepTitles(id, origin);
          await this.takeKeys(id, key, origin);
        }),
      ),
    );
  }

  private async keepTitles(messageId: string, origin: Origin): Promise<void> {
    const taskId = taskIdFor(messageId);
    const earlier: EarlierTitle[] = [];
    for await (const { metadata, revision, ...fact } of this.log.read(taskStream(taskId))) {
      const { type, data } = fact as unknown as TaskEvent;
      if (metadata.key !== messageKey(messageId)) continue;
      if (type === 'TaskCreated') earlier.push({ revision, type, data });
      if (type === 'TaskRetitled') earlier.push({ revision, type, data });
    }
    if (earlier.length === 0) return;
    await this.decide.on(taskStream(taskId), task, origin, (state) => keepTitles(state, taskId, earlier));
  }

  private async takeKeys(messageId: string, key: Buffer, origin: Origin): Promise<void> {
    const content = await this.contentOf(messageId);
    if (content?.conversationKeys !== null) return;
    const { accountId, threadId } = content;
    const bodyHash = await storedBodyHash(this.blobs, messageId, key, content.hash);
    const taken = {
      identityKey: bodyHash === null ? null : this.messageKeys.identity(accountId, content, bodyHash),
      reactionKey: this.messageKeys.reaction(accountId, content),
      conversationKeys: this.messageKeys.conversation(accountId, content),
      threadId,
    };
    await this.decide.on(messageStream(messageId), message, origin, (state) => takeKeys(state, messageId, taken));
  }

  private async contentOf(messageId: string): Promise<MessageContent | QueuedMessage | undefined> {
    for await (const fact of this.log.read(messageStream(messageId))) {
      const { data } = fact as unknown as MessageEvent;
      if ('hash' in data) return data;
    }
    return undefined;
  }
}
