import type { Decider } from '../platform/domain.js';
import {
  type AccountEvent,
  changesSetting,
  type Configuration,
  configured,
  type Server,
  type SettingChanged,
  type Settings,
  type SignIn,
  signInAfter,
  signInAtFirst,
  withChange,
} from './account.events.js';

export type Account =
  | { status: 'absent' }
  | { status: 'abandoned' }
  | { status: 'removed'; owner: string | null }
  | {
      status: 'open';
      owner: string | null;
      /** users with granted access, without the owner */
      users: ReadonlySet<string>;
      settings: Configuration;
      /** of the password in force; 0: none */
      passwordVersion: number;
      signIn: SignIn;
      /** newest version of each secret, in force or replaced; 0: none so far */
      newest: { password: number; tokens: number };
      /** grows with each change of the address and each voided claim: an earlier claim on an address may be void */
      addressEpoch: number;
      /** grows with another login or incoming host: that is another mailbox, with another meaning of each UID */
      mailbox: number;
    };

export type OpenAccount = Extract<Account, { status: 'open' }>;

export const account: Decider<Account, AccountEvent> = {
  initial: { status: 'absent' },
  reads: 'cached',
  evolve(state, fact) {
    if (fact.type === 'AccountAdded') {
      const { owner, settings, passwordVersion } = fact.data;
      return {
        status: 'open',
        owner,
        users: new Set(),
        settings: configured(settings),
        passwordVersion,
        signIn: signInAtFirst(fact),
        newest: { password: passwordVersion, tokens: 0 },
        addressEpoch: 0,
        mailbox: 0,
      };
    }
    if (fact.type === 'AccountAbandoned') return { status: 'abandoned' };
    if (state.status !== 'open') return state;
    if (changesSetting(fact))
      return {
        ...state,
        settings: withChange(state.settings, fact),
        addressEpoch: state.addressEpoch + (fact.type === 'AddressChanged' ? 1 : 0),
        mailbox: state.mailbox + (isAnotherMailbox(fact) ? 1 : 0),
      };
    switch (fact.type) {
      case 'PasswordChanged': {
        const { version } = fact.data;
        const newest = { ...state.newest, password: version };
        return { ...state, passwordVersion: version, signIn: signInAfter(state.signIn, fact), newest };
      }
      case 'SignInGranted': {
        const newest = { ...state.newest, tokens: fact.data.version };
        return { ...state, passwordVersion: 0, signIn: signInAfter(state.signIn, fact), newest };
      }
      case 'SignInRanOut':
        return { ...state, signIn: signInAfter(state.signIn, fact) };
      case 'AccessGranted':
        return { ...state, users: new Set(state.users).add(fact.data.userId) };
      case 'AccessRevoked':
        return { ...state, users: new Set([...state.users].filter((id) => id !== fact.data.userId)) };
      case 'AddressClaimDropped':
        return { ...state, addressEpoch: state.addressEpoch + 1 };
      case 'AccountRemoved':
        return { status: 'removed', owner: state.owner };
      default:
        return fact satisfies never;
    }
  },
};

const isAnotherMailbox = ({ type, data }: SettingChanged): boolean =>
  type === 'LoginChanged' ||
  (type === 'IncomingServerChanged' && data.from.host.toLowerCase() !== data.to.host.toLowerCase());

/** Servers of an account, and its secret for them. */
export interface AccountLogin {
  settings: Pick<Settings, 'login' | 'incoming' | 'outgoing'>;
  passwordVersion: number;
  signIn: SignIn;
}

/** The login in force; null unless the account is open. */
export const loginOf = (state: Account): AccountLogin | null => (state.status === 'open' ? state : null);

/** True when both logins use the same servers, the same name and the same version of the same secret. */
export function isSameLogin(one: AccountLogin | null, other: AccountLogin | null): boolean {
  return (
    one !== null &&
    other !== null &&
    one.settings.login === other.settings.login &&
    isSameServer(one.settings.incoming, other.settings.incoming) &&
    isSameServer(one.settings.outgoing, other.settings.outgoing) &&
    one.passwordVersion === other.passwordVersion &&
    one.signIn.with === other.signIn.with &&
    one.signIn.tokens === other.signIn.tokens
  );
}

const isSameServer = (one: Server, other: Server): boolean =>
  one.host === other.host && one.port === other.port && one.security === other.security;

type Secret = 'password' | 'tokens';

/** The kind of secret in force; null: none. */
export function secretInForce(state: Account): Secret | null {
  if (state.status !== 'open') return null;
  if (state.signIn.with === 'password') return 'password';
  return state.signIn.tokens === null ? null : 'tokens';
}

export const hasAddress = (state: Account, address: string): boolean =>
  state.status === 'open' && isSameAddress(state.settings.address, address);

export const isSameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
