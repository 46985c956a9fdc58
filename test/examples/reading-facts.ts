import { example } from './example.js';

const ofBen = { accountId: 'info', userId: 'ben' };

export const messagesRead = example('MessagesRead', { ...ofBen, messageIds: ['message-1'] });
export const messagesUnread = example('MessagesUnread', { ...ofBen, messageIds: ['message-1'] });
export const readUpTo = example('ReadUpTo', ofBen);
