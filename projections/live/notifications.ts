import { type SettingChanged, settingFacts } from '../../src/accounts/account.events.js';
import type { AnyData, AnyFact } from '../../src/all.events.js';

export type Kind =
  'account' | 'access' | 'fetch' | 'folder' | 'message' | 'contact' | 'company' | 'task' | 'user' | 'token' | 'erasure';

/**
 * Who is told: who may see the account's page, who may read its mail, everyone with the mail module, or administrators.
 * They are told all of it in any case, and auditors what is said of accounts.
 */
export type Audience = 'account' | 'mail' | 'mail-module' | 'administrators';

/** What a fact says to those who follow live: ids, never anything personal. */
export interface Word {
  kind: Kind;
  id: string;
  accountId: string | null;
  to: Audience;
  /** this person is told too, whatever else he may know */
  about?: string;
  /** those are told too who lose it by this */
  last?: true;
}

type OfAccount = { accountId: string };

const account = ({ accountId }: OfAccount): Word => ({ kind: 'account', id: accountId, accountId, to: 'account' });
const access = ({ accountId, userId: id }: OfAccount & { userId: string }): Word => {
  return { kind: 'access', id, accountId, to: 'account', about: id };
};
const fetch = ({ accountId, fetchId: id }: OfAccount & { fetchId: string }): Word => {
  return { kind: 'fetch', id, accountId, to: 'account' };
};
const folder = ({ accountId, folderId: id }: OfAccount & { folderId: string }): Word => {
  return { kind: 'folder', id, accountId, to: 'account' };
};
const message = ({ accountId, messageId: id }: OfAccount & { messageId: string }): Word => {
  return { kind: 'message', id, accountId, to: 'mail' };
};
const user = ({ userId: id }: { userId: string }): Word => {
  return { kind: 'user', id, accountId: null, to: 'administrators', about: id };
};
const token = ({ tokenId: id }: { tokenId: string }): Word => ({
  kind: 'token',
  id,
  accountId: null,
  to: 'administrators',
});

const contact = ({ contactId: id }: { contactId: string }): Word => ({
  kind: 'contact',
  id,
  accountId: null,
  to: 'mail-module',
});
const company = ({ companyId: id }: { companyId: string }): Word => ({
  kind: 'company',
  id,
  accountId: null,
  to: 'mail-module',
});
/** What comes after its creation does not name its account: `tell` is given that. */
const task = ({ taskId: id }: { taskId: string }): Word => ({ kind: 'task', id, accountId: null, to: 'mail' });
const erasure = ({ erasureId: id }: { erasureId: string }): Word => ({
  kind: 'erasure',
  id,
  accountId: null,
  to: 'administrators',
});

const everySetting = Object.fromEntries(Object.values(settingFacts).map((type) => [type, account])) as Record<
  SettingChanged['type'],
  typeof account
>;

/** A fact without a word here does not compile; `null`: nobody is told. What the change history shows is `account` or `access`. */
export const words: { [T in AnyFact['type']]: ((data: AnyData<T>) => Word) | null } = {
  UserAdded: user,
  UserRenamed: user,
  UserRoleChanged: user,
  UserPasswordChanged: null,
  UserLinked: user,
  UserDeactivated: user,
  UserReactivated: user,
  TokenIssued: token,
  TokenRevoked: token,
  AccountAdded: account,
  PasswordChanged: account,
  SignInGranted: account,
  SignInRanOut: account,
  ...everySetting,
  AccessGranted: access,
  AccessRevoked: access,
  AccountRemoved: (data) => ({ ...account(data), last: true }),
  AccountAbandoned: null,
  AddressClaimDropped: account,
  AccountAddressClaimed: null,
  AccountAddressReleased: null,
  LoginAccepted: account,
  ConnectionFailed: account,
  FetchStarted: fetch,
  FolderCompared: fetch,
  FetchFinished: fetch,
  FetchFailed: fetch,
  FolderFound: folder,
  FolderRoleChanged: folder,
  CursorMoved: fetch,
  MessageReceived: message,
  SentMessageFound: message,
  DraftFound: message,
  MessagePlaced: message,
  MessageErased: message,
  ContactCreated: contact,
  ContactRenamed: contact,
  ContactEmailAdded: contact,
  ContactEmailRemoved: contact,
  ContactMovedToCompany: contact,
  ContactAbandoned: null,
  ContactClaimDropped: null,
  ContactErased: contact,
  AddressAssigned: null,
  AddressReleased: null,
  CompanyCreated: company,
  CompanyRenamed: company,
  CompanyDomainChanged: company,
  CompanyAbandoned: null,
  CompanyClaimDropped: null,
  DomainAssigned: null,
  DomainReleased: null,
  TaskCreated: ({ taskId, accountId }) => ({ kind: 'task', id: taskId, accountId, to: 'mail' }),
  TaskRetitled: task,
  TaskAssigned: task,
  TaskCompleted: task,
  TaskReopened: task,
  TaskLinkedToContact: task,
  TaskErased: task,
  ErasureRequested: null,
  ErasureStarted: null,
  PersonErased: erasure,
  AttemptRefused: null,
  AttemptRepeated: null,
};

/** After these, who may know what is asked again. */
export const changesAccess: ReadonlySet<string> = new Set<AnyFact['type']>([
  'UserAdded',
  'UserRoleChanged',
  'UserPasswordChanged',
  'UserDeactivated',
  'UserReactivated',
  'TokenIssued',
  'TokenRevoked',
  'AccountAdded',
  'AccessGranted',
  'AccessRevoked',
  'AccountRemoved',
]);

/** What the live streams follow: a fact that only a newer release knows is none of it. */
export const followed: readonly string[] = Object.entries(words)
  .filter(([type, word]) => word !== null || changesAccess.has(type))
  .map(([type]) => type);
