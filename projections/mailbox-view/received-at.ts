import type { MessageContent } from '../../src/messages/message.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';

/** Range of PostgreSQL and of four-digit years: some mail servers send other years. */
const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** Time at which the mail server received a message; time of the fact if the server's time is invalid. */
export function receivedAtOf({ data, metadata }: Recorded & { data: Pick<MessageContent, 'receivedAt'> }): Date {
  const time = Date.parse(data.receivedAt);
  return new Date(time >= EARLIEST && time <= LATEST ? time : metadata.at);
}
