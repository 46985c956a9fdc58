import { Set } from 'immutable';
import type { Decider } from '../platform/domain.js';
import type { NotificationEvent } from './notification.events.js';

export interface ReadNotifications {
  ids: Set<string>;
  /** ISO 8601 UTC; null: none */
  until: string | null;
}

/**
 * Nobody has more than 1,000 notifications, so the last facts are enough: a repetition that is not among them writes a
 * fact again, which changes nothing.
 */
export const readNotifications: Decider<ReadNotifications, NotificationEvent> = {
  reads: 500,
  initial: { ids: Set(), until: null },
  evolve: (state, { data: { ids, until } }) => ({
    ids: state.ids.union(ids),
    until: until !== null && (state.until === null || until > state.until) ? until : state.until,
  }),
};
