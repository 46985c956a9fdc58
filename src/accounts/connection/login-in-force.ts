import {
  type AccountEvent,
  changesSetting,
  type Configuration,
  configured,
  signInAfter,
  signInAtFirst,
  withChange,
} from '../account.events.js';
import type { Decider } from '../../platform/domain.js';
import type { ServerSettings } from '../../mail/servers/servers.js';
import type { ToLogIn } from '../sign-in/mail-logins.js';

/** What an account logs in with, and where; null when it is not there, or not any more. */
export const loginInForce: Decider<(ToLogIn & { settings: Configuration }) | null, AccountEvent> = {
  initial: null,
  evolve(state, fact) {
    if (fact.type === 'AccountAdded') {
      const { settings, passwordVersion } = fact.data;
      return { settings: configured(settings), passwordVersion, signIn: signInAtFirst(fact) };
    }
    if (state === null || fact.type === 'AccountRemoved') return null;
    if (changesSetting(fact)) return { ...state, settings: withChange(state.settings, fact) };
    const passwordVersion = fact.type === 'PasswordChanged' ? fact.data.version : state.passwordVersion;
    return { ...state, passwordVersion, signIn: signInAfter(state.signIn, fact) };
  },
};

const sameServer = (one: ServerSettings, other: ServerSettings): boolean =>
  one.host === other.host && one.port === other.port && one.security === other.security;

/** Whether what was tried is what would be tried now. */
export function isSameLogin(tried: ToLogIn, now: ToLogIn | null): boolean {
  return (
    now !== null &&
    tried.settings.login === now.settings.login &&
    sameServer(tried.settings.incoming, now.settings.incoming) &&
    sameServer(tried.settings.outgoing, now.settings.outgoing) &&
    tried.passwordVersion === now.passwordVersion &&
    tried.signIn.with === now.signIn.with &&
    tried.signIn.tokens === now.signIn.tokens
  );
}
