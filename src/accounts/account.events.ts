import type { Fact, FactShapes } from '../platform/domain.js';

/** Configuration only, so that its revision is what `If-Match` means; what the servers say goes to `connection-<id>`. */
export const accountStream = (accountId: string): string => `account-${accountId}`;
/** Who holds an address; `addressKey` is the HMAC of the address in lower case. */
export const accountAddressStream = (addressKey: string): string => `account-address-${addressKey}`;

export type Security = 'tls' | 'starttls' | 'none';

export interface Server {
  host: string;
  port: number;
  security: Security;
}

export interface Settings {
  address: string;
  name: string;
  login: string;
  incoming: Server;
  outgoing: Server;
  sendOnly: boolean;
  createContacts: boolean;
  createContactsFrom: 'people' | 'everyone';
  createTasks: boolean;
  keepServerCopies: boolean;
  /** YYYY-MM-DD; null: everything */
  fetchSince: string | null;
  /** null: by SPECIAL-USE (RFC 6154) */
  sentFolder: string | null;
  draftsFolder: string | null;
  notify: boolean;
  header: string | null;
  signature: string | null;
}

export type AccountEvent =
  | Fact<'AccountAdded', { accountId: string; owner: string | null; settings: Settings; passwordVersion: number }>
  | Fact<'PasswordChanged', { accountId: string; version: number }>
  | Fact<'AccessGranted', { accountId: string; userId: string }>
  | Fact<'AccessRevoked', { accountId: string; userId: string }>
  /** its address was claimed, but adding it never finished and never will: somebody else takes the address */
  | Fact<'AccountAbandoned', { accountId: string }>;

export type AccountAddressEvent = Fact<'AccountAddressClaimed', { accountId: string }>;

export const accountFacts: FactShapes<AccountEvent | AccountAddressEvent> = {
  AccountAdded: { v: 1 },
  PasswordChanged: { v: 1 },
  AccessGranted: { v: 1 },
  AccessRevoked: { v: 1 },
  AccountAbandoned: { v: 1 },
  AccountAddressClaimed: { v: 1 },
};

/** Name of the mailbox password in the vault. */
export const passwordName = (accountId: string): string => `account/${accountId}/password`;
