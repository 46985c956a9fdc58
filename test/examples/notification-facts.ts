import { example } from './example.js';

export const notificationsRead = example('NotificationsRead', {
  userId: 'ben',
  ids: ['mail-message-1'],
  until: '2026-01-31T12:00:00.000Z',
});
