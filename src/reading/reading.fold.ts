import { Map } from 'immutable';
import type { Decider } from '../platform/domain.js';
import type { ReadingEvent } from './reading.events.js';

/** Marks of one person in one account. */
export interface Marks {
  /** true: all mail on record at the first opening of the account counts as read */
  opened: boolean;
  /** true: read, by message id; a message without a mark counts as read or not by the time of its recording */
  isRead: Map<string, boolean>;
}

export const marks: Decider<Marks, ReadingEvent> = {
  initial: { opened: false, isRead: Map() },
  evolve(state, fact) {
    switch (fact.type) {
      case 'MessagesRead':
      case 'MessagesUnread': {
        const value = fact.type === 'MessagesRead';
        return {
          ...state,
          isRead: state.isRead.withMutations((all) => fact.data.messageIds.forEach((id) => all.set(id, value))),
        };
      }
      case 'ReadUpTo':
        return { opened: true, isRead: state.isRead.filter((value) => value) };
      default:
        return fact satisfies never;
    }
  },
};
