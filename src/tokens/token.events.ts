import type { Fact, FactShapes, Role } from '../platform/domain.js';

export const tokenStream = (tokenId: string): string => `token-${tokenId}`;

/** A token belongs to a service. Its secret is not stored: a hash identifies it (`platform/auth/credentials.ts`). */
export type TokenEvent =
  Fact<'TokenIssued', { tokenId: string; name: string; role: Role }> | Fact<'TokenRevoked', { tokenId: string }>;

export const tokenFacts: FactShapes<TokenEvent> = { TokenIssued: { v: 1 }, TokenRevoked: { v: 1 } };
