import type { MessageEvent } from '../../messages/message.events.js';
import { accountsThatSent, sentMessages } from '../../messages/sent-messages.js';
import type { Saga } from '../../platform/followers/saga.js';
import { RecordReport } from './record-report.js';

type Received = Extract<MessageEvent, { type: 'MessageReceived' | 'MessageAlsoReceived' }>;

/** Mail servers, by the local part of their addresses, or by their names. */
const SERVER =
  /(mailer|mail|delivery|post)[-_. ]?(daemon|master|system|administrator)|mdaemon|postmaster|bounce|no-?reply/i;

/** Only bytes tell whether a message is a report: of accounts that sent nothing from here, none are read. */
export const recordReportWhenReceived: Saga<Received> = {
  name: 'record-report-when-received',
  types: ['MessageReceived', 'MessageAlsoReceived'],
  key: ({ data }) => data.accountId,
  concerns: ({ data: { automatic, from } }) =>
    (automatic !== null && automatic !== 'mailing-list' && automatic !== 'bulk') ||
    SERVER.test(`${from?.name ?? ''} ${from?.address ?? ''}`),
  select: {
    reads: sentMessages.id,
    async from(facts, pool) {
      const sent = await accountsThatSent(
        pool,
        facts.map(({ data }) => data.accountId),
      );
      return facts.filter(({ data }) => sent.has(data.accountId));
    },
  },
  react: ({ data: { accountId, messageId } }, origin) => [new RecordReport({ accountId, messageId }, origin)],
};
