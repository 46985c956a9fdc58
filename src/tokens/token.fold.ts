import type { Decider } from '../platform/domain.js';
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
