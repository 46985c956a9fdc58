import type { Decider } from '../platform/domain.js';
import type { AccountAddressEvent } from './account.events.js';

/** The account that holds an address: one at most. */
interface AccountAddressHolder {
  heldBy: string | null;
}

export const accountAddressHolder: Decider<AccountAddressHolder, AccountAddressEvent> = {
  initial: { heldBy: null },
  evolve(_, fact) {
    switch (fact.type) {
      case 'AccountAddressClaimed':
        return { heldBy: fact.data.accountId };
      case 'AccountAddressReleased':
        return { heldBy: null };
      default:
        return fact satisfies never;
    }
  },
};
