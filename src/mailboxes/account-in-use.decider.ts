import {
  type AccountEvent,
  changesSetting,
  type Configuration,
  configured,
  type SettingChanged,
  type SignIn,
  signInAfter,
  signInAtFirst,
  withChange,
} from '../accounts/account.events.js';
import type { Decider } from '../platform/domain.js';

/** What fetching needs to know of an account. */
export type AccountInUse =
  | { status: 'absent' }
  | { status: 'removed' }
  | {
      status: 'open';
      settings: Configuration;
      passwordVersion: number;
      signIn: SignIn;
      /** which mailbox it is about, counted: another host or login is another one, whose UIDs mean something else */
      mailbox: number;
    };

export const accountInUse: Decider<AccountInUse, AccountEvent> = {
  initial: { status: 'absent' },
  evolve(state, fact) {
    if (fact.type === 'AccountAdded') {
      const { settings, passwordVersion } = fact.data;
      return {
        status: 'open',
        settings: configured(settings),
        passwordVersion,
        signIn: signInAtFirst(fact),
        mailbox: 0,
      };
    }
    if (state.status !== 'open') return state;
    if (changesSetting(fact)) {
      const mailbox = state.mailbox + (isAnotherMailbox(fact) ? 1 : 0);
      return { ...state, settings: withChange(state.settings, fact), mailbox };
    }
    switch (fact.type) {
      case 'PasswordChanged':
        return { ...state, passwordVersion: fact.data.version, signIn: signInAfter(state.signIn, fact) };
      case 'SignInGranted':
      case 'SignInRanOut':
        return { ...state, signIn: signInAfter(state.signIn, fact) };
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

const isAnotherMailbox = ({ type, data }: SettingChanged): boolean =>
  type === 'LoginChanged' ||
  (type === 'IncomingServerChanged' && data.from.host.toLowerCase() !== data.to.host.toLowerCase());

/**
 * UIDVALIDITY as cursors and places hold it (RFC 9051 §2.3.1.1). Two servers may well have the same one, and nothing may count as
 * received at one because it was at the other.
 */
export const uidValidityOf = (mailbox: number, told: string): string => (mailbox === 0 ? told : `${told}/${mailbox}`);
