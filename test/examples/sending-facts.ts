import { NO_FLAGS } from '../../src/messages/flags.events.js';
import type { QueuedMessage } from '../../src/messages/sending.events.js';
import { example } from './example.js';
import { sentContent } from './message-facts.js';

const { folderId, uidValidity, uid, arrival, ...found } = sentContent;
const { seen, flagged, answered, forwarded, deleted, ...content } = { ...NO_FLAGS, ...found };
const of = { accountId: 'info', messageId: 'message-9' };
const ofAttempt = { ...of, attempt: 1 };

export const queuedContent: QueuedMessage = {
  ...content,
  ...of,
  header: '<reply-9@acme.example>',
  author: 'own',
  senderKey: 'key-of-info',
  peopleKeys: ['key-of-dora', 'key-of-info', 'key-of-erik'],
  reactionKey: 'reaction-to-reply-9',
  conversationKeys: ['thread-1', 'key-of-reply-9'],
  bcc: [{ name: 'Erik Eder', address: 'erik@partner.example' }],
  envelope: { sender: 'info@acme.example', recipients: ['dora@customer.example', 'erik@partner.example'] },
  recipientCount: 2,
  identityKey: 'identity-of-reply-9',
  sentKey: 'key-of-reply-9',
  userId: 'anna',
  sendAt: null,
  notBefore: '2026-01-30T09:20:10.000Z',
  cancelOnReply: false,
  answers: 'message-1',
  forwards: null,
  resendOf: null,
  draftId: null,
  purpose: 'person',
  keepCopy: true,
};

export const messageQueued = example('MessageQueued', queuedContent);
export const sendBegan = example('SendBegan', { ...ofAttempt, recipients: [0, 1] });
export const finalDotReached = example('FinalDotReached', ofAttempt);
export const recipientsAccepted = example('RecipientsAccepted', {
  ...ofAttempt,
  recipients: [0],
  open: 1,
  reply: '250 2.0.0 Ok: queued as 4ZQX1',
  givenId: '<4ZQX1@provider.example>',
  sentKey: 'key-of-4ZQX1',
});
export const recipientsDeferred = example('RecipientsDeferred', {
  ...ofAttempt,
  recipients: [1],
  open: 1,
  reply: '452 4.2.2 erik@partner.example: mailbox full',
  until: '2026-01-30T09:21:12.000Z',
  since: '2026-01-30T09:20:12.000Z',
  code: '4.2.2',
  reason: null,
});
export const recipientsRefused = example('RecipientsRefused', {
  ...ofAttempt,
  userId: 'anna',
  recipients: [1],
  open: 0,
  reply: '550 5.1.1 erik@partner.example: unknown user',
  code: '5.1.1',
  reason: null,
});
export const sendUnknown = example('SendUnknown', { ...ofAttempt, userId: 'anna', final: false });
export const sendResolved = example('SendResolved', { ...of, outcome: 'arrived', by: 'person', open: 0 });
export const sendHeld = example('SendHeld', { ...of, userId: 'anna', why: 'overdue', attempts: 0 });
export const sendConfirmed = example('SendConfirmed', of);
export const sendCancelled = example('SendCancelled', { ...of, userId: 'anna', why: 'person' });
export const copyKept = example('CopyKept', {
  ...of,
  by: 'us',
  place: { folderId: 'sent', uidValidity: '1700000001', uid: 12 },
});
export const copyFailed = example('CopyFailed', { ...of, reason: 'refused-by-server' });
const report = {
  ...of,
  recipient: 0,
  recipientKey: 'key-of-dora',
  userId: 'anna',
  code: '5.1.1',
  reportId: 'message-1',
  diagnostic: '550 5.1.1 unknown user',
};
export const deliveryFailed = example('DeliveryFailed', report);
export const deliveryDelayed = example('DeliveryDelayed', { ...report, code: '4.4.1', diagnostic: 'no answer yet' });
export const deliveryComplained = example('DeliveryComplained', { ...report, code: null, diagnostic: 'abuse' });
