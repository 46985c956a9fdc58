import type { Caller } from '../platform/auth/caller.js';
import type { Position } from '../platform/log/event-store.js';

/** The messages of a list, for commands on all of them. The read side implements this port. */
export abstract class ListedMail {
  /**
   * Ids of the messages of an account that match the filters of a list, newest first. Messages recorded after `upTo`
   * are left out: the caller has not seen them.
   * @throws BadInput for filters that no list has; Refused 404 for an account that is hidden from the caller, 409
   * beyond 100,000 messages, 503 while the list is behind `upTo`
   */
  abstract ids(caller: Caller, accountId: string, match: object, upTo: Position): Promise<string[]>;
}
