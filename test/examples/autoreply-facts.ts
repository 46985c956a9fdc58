import { example } from './example.js';

const judged = {
  accountId: 'info',
  senderKey: 'key-of-dora',
  messageId: 'message-1',
  window: 3,
  to: 'dora@customer.example',
};

export const replyQueued = example('ReplyQueued', {
  ...judged,
  replyId: 'message-9',
  domainKey: 'key-of-customer-domain',
});
export const replySuppressed = example('ReplySuppressed', { ...judged, reason: 'already-replied' });
