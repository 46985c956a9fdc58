import type { Slice } from '../platform/slice.js';
import { ReadNotificationEndpoint, ReadNotificationHandler } from './read-notification.js';
import { ReadNotificationsEndpoint, ReadNotificationsHandler } from './read-notifications.js';

export const notificationCommands: Slice = {
  endpoints: [ReadNotificationEndpoint, ReadNotificationsEndpoint],
  handlers: [ReadNotificationHandler, ReadNotificationsHandler],
};
