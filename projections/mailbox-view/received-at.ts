import type { MessageContent } from '../../src/messages/message.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';

/** What PostgreSQL and four-digit years can hold; mail servers have been seen to say otherwise. */
const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** When the server received a message; when we did, if the server's time is none. */
export function receivedAtOf({ data, metadata }: Recorded & { data: Pick<MessageContent, 'receivedAt'> }): Date {
  const told = Date.parse(data.receivedAt);
  return new Date(told >= EARLIEST && told <= LATEST ? told : metadata.at);
}
