import type { Decider } from '../platform/domain.js';
import type { FetchEvent } from './mailbox.events.js';

/** The running fetch of an account. The last fact of the stream is enough. */
export type Fetches = { running: null } | { running: string };

export const fetches: Decider<Fetches, FetchEvent> = {
  reads: 'last',
  initial: { running: null },
  evolve(_, fact) {
    switch (fact.type) {
      case 'FetchStarted':
      case 'FolderCompared':
      case 'FolderFailed':
        return { running: fact.data.fetchId };
      case 'FetchFinished':
      case 'FetchFailed':
        return { running: null };
      default:
        return fact satisfies never;
    }
  },
};
