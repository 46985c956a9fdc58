import type { MessageContent } from '../../src/messages/message.events.js';
import { example } from './example.js';

const content: MessageContent = {
  accountId: 'info',
  messageId: 'message-1',
  threadId: 'thread-1',
  folderId: 'inbox',
  uidValidity: '1700000000',
  uid: 1,
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  size: 2048,
  receivedAt: '2026-01-30T09:00:00.000Z',
  seen: false,
  flagged: false,
  answered: false,
  forwarded: false,
  deleted: false,
  arrival: 'new',
  automatic: null,
  parsed: true,
  author: 'from',
  senderKey: 'key-of-dora',
  peopleKeys: ['key-of-dora', 'key-of-info'],
  reactionKey: 'reaction-to-order-7',
  conversationKeys: ['thread-1'],
  header: '<order-7@customer.example>',
  inReplyTo: null,
  references: [],
  from: { name: 'Dora Diaz', address: 'dora@customer.example' },
  to: [{ name: 'Acme', address: 'info@acme.example' }],
  cc: [],
  replyTo: [],
  subject: 'Order 7',
  date: '2026-01-30T08:59:58.000Z',
  preview: 'Dear Acme, where is my order?',
  attachments: [
    { index: 0, filename: 'order.pdf', contentType: 'application/pdf', size: 1024, inline: false, contentId: null },
  ],
};

export const messageReceived = example('MessageReceived', {
  ...content,
  reactions: { createContacts: true, createContactsFrom: 'people', createTasks: true, notify: true },
});
export const sentContent: MessageContent = {
  ...content,
  messageId: 'message-2',
  reactionKey: 'reaction-to-reply-7',
  conversationKeys: ['thread-1', 'key-of-reply-7'],
  folderId: 'sent',
  seen: true,
  header: '<reply-7@acme.example>',
  inReplyTo: '<order-7@customer.example>',
  references: ['<order-7@customer.example>'],
  from: { name: 'Acme', address: 'info@acme.example' },
  to: [{ name: 'Dora Diaz', address: 'dora@customer.example' }],
  subject: 'Re: Order 7',
  attachments: [],
};
export const sentMessageFound = example('SentMessageFound', sentContent);
export const draftFound = example('DraftFound', {
  ...content,
  messageId: 'message-3',
  folderId: 'drafts',
  attachments: [],
});
export const messageErased = example('MessageErased', {
  accountId: 'info',
  messageId: 'message-1',
  erasureId: 'erasure-1',
});
export const messageDestroyed = example('MessageDestroyed', {
  accountId: 'info',
  messageId: 'message-1',
  why: 'for-good',
});
export const messageKeysTaken = example('MessageKeysTaken', {
  accountId: 'info',
  messageId: 'message-1',
  identityKey: 'identity-of-order-7',
  reactionKey: 'reaction-to-order-7',
  conversationKeys: ['thread-1'],
  threadId: 'thread-1',
});
export const messagePlaced = example('MessagePlaced', {
  accountId: 'info',
  messageId: 'message-1',
  box: 'received',
  folderId: 'all-mail',
  uidValidity: '1600000000',
  uid: 7,
});
export const messageAlsoReceived = example('MessageAlsoReceived', {
  accountId: 'info',
  messageId: 'message-2',
  folderId: 'inbox',
  uidValidity: '1700000000',
  uid: 2,
  from: { name: 'Acme', address: 'info@acme.example' },
  replyTo: [{ name: 'Dora Diaz', address: 'dora@customer.example' }],
  subject: 'Re: Order 7',
  author: 'reply-to',
  senderKey: 'key-of-dora',
  peopleKeys: ['key-of-dora', 'key-of-fred'],
  automatic: null,
  receivedAt: '2026-01-30T09:10:00.000Z',
  arrival: 'new',
  seen: true,
  flagged: false,
  answered: false,
  forwarded: false,
  deleted: false,
  reactions: { createContacts: true, createContactsFrom: 'people', createTasks: true, notify: true },
});
export const conversationJoined = example('ConversationJoined', {
  accountId: 'info',
  conversationId: 'thread-2',
  into: 'thread-1',
  because: 'message-2',
});
