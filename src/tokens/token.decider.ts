import type { Actor, Role } from '../platform/domain.js';
import { isAdministrator, Refused } from '../platform/domain.js';
import type { TokenEvent } from './token.events.js';
import type { Token } from './token.fold.js';

/** @throws Refused 403 */
const requireAdministrator = (by: Actor): void => {
  if (!isAdministrator(by)) throw new Refused('only-an-administrator-manages-tokens', 'forbidden');
};

/** @throws Refused 403 */
export function issueToken(state: Token, by: Actor, data: { tokenId: string; name: string; role: Role }): TokenEvent[] {
  requireAdministrator(by);
  return state.status === 'absent' ? [{ type: 'TokenIssued', data }] : [];
}

/** @throws Refused 403, 404 */
export function revokeToken(state: Token, by: Actor, tokenId: string): TokenEvent[] {
  requireAdministrator(by);
  if (state.status === 'absent') throw new Refused('token-not-found', 'not-found');
  return state.status === 'revoked' ? [] : [{ type: 'TokenRevoked', data: { tokenId } }];
}
