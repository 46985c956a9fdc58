import type { Decider } from '../platform/domain.js';
import type { AccountEvent } from './account.events.js';

/** How far the versions of an account's secrets have come, and which of the two it logs in with; null: with none of them. */
export interface SecretsInForce {
  password: number;
  tokens: number;
  inForce: 'password' | 'tokens' | null;
}

export const secretsInForce: Decider<SecretsInForce, AccountEvent> = {
  initial: { password: 0, tokens: 0, inForce: null },
  evolve(state, fact) {
    const { type, data } = fact;
    if (type === 'AccountAdded')
      return { ...state, password: data.passwordVersion, inForce: data.signIn ? null : 'password' };
    if (type === 'PasswordChanged') return { ...state, password: data.version, inForce: 'password' };
    if (type === 'SignInGranted') return { ...state, tokens: data.version, inForce: 'tokens' };
    return type === 'SignInRanOut' || type === 'AccountRemoved' ? { ...state, inForce: null } : state;
  },
};
