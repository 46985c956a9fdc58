import type { FactLog } from '../platform/log/fact-log.js';
import { type MessageContent, type MessageEvent, messageStream } from './message.events.js';
import type { QueuedMessage } from './sending.events.js';

/** Content of a message from the fact that recorded it; undefined: there is none, or it is erased. */
export async function recordedContent(
  log: Pick<FactLog, 'read'>,
  messageId: string,
): Promise<MessageContent | QueuedMessage | undefined> {
  let content: MessageContent | QueuedMessage | undefined;
  for await (const fact of log.read(messageStream(messageId))) {
    const { type, data } = fact as unknown as MessageEvent;
    if (type === 'MessageErased' || type === 'MessageDestroyed') return undefined;
    if ('hash' in data) content ??= data;
  }
  return content;
}
