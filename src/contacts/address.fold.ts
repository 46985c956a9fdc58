import type { Decider } from '../platform/domain.js';
import type { AddressEvent } from './contact.events.js';

/** The contact that holds an address: one at most. */
export interface AddressHolder {
  heldBy: string | null;
}

export const addressHolder: Decider<AddressHolder, AddressEvent> = {
  initial: { heldBy: null },
  evolve(_, fact) {
    switch (fact.type) {
      case 'AddressAssigned':
        return { heldBy: fact.data.contactId };
      case 'AddressReleased':
        return { heldBy: null };
      default:
        return fact satisfies never;
    }
  },
};
