import type { Actor, Decider, Role } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import type { TokenEvent } from './token.events.js';

export type Token = { status: 'absent' } | { status: 'issued' } | { status: 'revoked' };

export const token: Decider<Token, TokenEvent> = {
  initial: { status: 'absent' },
  evolve(_, fact) {
    switch (fact.type) {
      case 'TokenIssued':
        return { status: 'issued' };
      case 'TokenRevoked':
        return { status: 'revoked' };
      default:
        return fact satisfies never;
    }
  },
};

const onlyAdministrators = (by: Actor): void => {
  if (!isAdministrator(by)) throw new Refused('only-an-administrator-manages-tokens', 'forbidden');
};

export function issueToken(state: Token, by: Actor, data: { tokenId: string; name: string; role: Role }): TokenEvent[] {
  onlyAdministrators(by);
  return state.status === 'absent' ? [{ type: 'TokenIssued', data }] : [];
}

export function revokeToken(state: Token, by: Actor, tokenId: string): TokenEvent[] {
  onlyAdministrators(by);
  if (state.status === 'absent') throw new Refused('token-not-found', 'not-found');
  return state.status === 'revoked' ? [] : [{ type: 'TokenRevoked', data: { tokenId } }];
}
