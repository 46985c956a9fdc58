import type { NotificationEvent } from './notification.events.js';
import type { ReadNotifications } from './notification.fold.js';

/** Marks one notification as read. */
export const readOne = (state: ReadNotifications, userId: string, id: string): NotificationEvent[] =>
  state.ids.has(id) ? [] : [{ type: 'NotificationsRead', data: { userId, ids: [id], until: null } }];

/** Marks all notifications up to a time as read. @param until ISO 8601 UTC */
export const readUntil = (state: ReadNotifications, userId: string, until: string): NotificationEvent[] =>
  state.until !== null && until <= state.until ? [] : [{ type: 'NotificationsRead', data: { userId, ids: [], until } }];
