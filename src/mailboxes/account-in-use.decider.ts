import { type AccountEvent, changesSetting, type Configuration, configured, withChange } from '../accounts/account.events.js';
import type { Decider } from '../platform/domain.js';

/** What fetching needs to know of an account. */
export type AccountInUse =
  { status: 'absent' } | { status: 'removed' } | { status: 'open'; settings: Configuration; passwordVersion: number };

export const accountInUse: Decider<AccountInUse, AccountEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'AccountAdded')
      return { status: 'open', settings: configured(fact.data.settings), passwordVersion: fact.data.passwordVersion };
    if (state.status !== 'open') return state;
    if (changesSetting(fact)) return { ...state, settings: withChange(state.settings, fact) };
    switch (fact.type) {
      case 'PasswordChanged':
        return { ...state, passwordVersion: fact.data.version };
      case 'AccountRemoved':
        return { status: 'removed' };
      case 'AccessGranted':
      case 'AccessRevoked':
      case 'AccountAbandoned':
      case 'AddressClaimDropped':
        return state;
      default:
        return fact satisfies never;
    }
  },
};
