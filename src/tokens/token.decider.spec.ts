import { tokenIssued, tokenRevoked } from '../../test/examples/people-facts.js';
import { given } from '../../test/given.js';
import type { Actor } from '../platform/domain.js';
import { issueToken, revokeToken } from './token.decider.js';
import { token } from './token.fold.js';

const ada: Actor = { id: 'ada', role: 'administrator' };
const ben: Actor = { id: 'ben', role: 'user' };
const billing = { tokenId: 'billing-token', name: 'billing', role: 'administrator' } as const;

describe('a token', () => {
  it('is issued once', () => {
    given(token)
      .when((s) => issueToken(s, ada, billing))
      .then(tokenIssued());
    given(token, tokenIssued())
      .when((s) => issueToken(s, ada, billing))
      .then();
  });
  it('is revoked once', () => {
    given(token, tokenIssued())
      .when((s) => revokeToken(s, ada, 'billing-token'))
      .then(tokenRevoked());
    given(token, tokenIssued(), tokenRevoked())
      .when((s) => revokeToken(s, ada, 'billing-token'))
      .then();
  });
  it('that was never issued is not found', () =>
    given(token)
      .when((s) => revokeToken(s, ada, 'x'))
      .refuses('token-not-found', 'not-found'));
  it('is issued and revoked by administrators only', () => {
    given(token)
      .when((s) => issueToken(s, ben, billing))
      .refuses('only-an-administrator-manages-tokens', 'forbidden');
    given(token, tokenIssued())
      .when((s) => revokeToken(s, ben, 'billing-token'))
      .refuses('only-an-administrator-manages-tokens', 'forbidden');
  });
});
