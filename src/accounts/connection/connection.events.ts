import type { Fact, FactShapes } from '../../platform/domain.js';

/** Results of logins at the servers of an account. A fact is written only when the result changes. */
export const connectionStream = (accountId: string): string => `connection-${accountId}`;

export type ConnectionEvent =
  | Fact<'LoginAccepted', { accountId: string }>
  /** `reason`: `login-refused`, `host-unknown`, … (`mail/servers/servers.ts`); `detail`: text of the server */
  | Fact<'ConnectionFailed', { accountId: string; server: 'incoming' | 'outgoing'; reason: string; detail: string }>;

export const connectionFacts: FactShapes<ConnectionEvent> = {
  LoginAccepted: { v: 1 },
  ConnectionFailed: { v: 1 },
};
