import type { Fact, FactShapes, Role } from '../platform/domain.js';

export const tokenStream = (tokenId: string): string => `token-${tokenId}`;

/** A token belongs to a service; its secret is nowhere, only the hash by which it is recognised (`platform/auth/credentials.ts`). */
export type TokenEvent =
  Fact<'TokenIssued', { tokenId: string; name: string; role: Role }> | Fact<'TokenRevoked', { tokenId: string }>;

export const tokenFacts: FactShapes<TokenEvent> = { TokenIssued: { v: 1 }, TokenRevoked: { v: 1 } };
