import { type SettingChanged, settingFacts } from '../../src/accounts/account.events.js';
import type { AnyData, AnyFact } from '../../src/all.events.js';
import {
  mailNotification,
  newsOf,
  notifies,
  refusalsOf,
  type TellingFact,
} from '../../src/notifications/notification.events.js';

export type Kind =
  | 'account'
  | 'access'
  | 'fetch'
  | 'folder'
  | 'message'
  | 'draft'
  | 'contact'
  | 'company'
  | 'task'
  | 'user'
  | 'token'
  | 'erasure'
  | 'notification';

/**
 * `account`: callers that may see the page of the account; `mail`: readers of its mail; `mail-module`: everyone with
 * the mail module; `users`: people with access of their own; `person`: only the person `about`. Administrators receive
 * all but the last two, auditors those to `account`.
 */
type Audience = 'account' | 'mail' | 'mail-module' | 'administrators' | 'users' | 'person';

/** Ids only, never personal data. */
export interface Notification {
  kind: Kind;
  /** null: several resources of this kind */
  id: string | null;
  accountId: string | null;
  to: Audience;
  /** person that receives the notification too, without further rights */
  about?: string;
  /** for people that lose access by this fact, too */
  last?: true;
}

type Notifier<D> = ((data: D) => Notification | Notification[]) | null;

type OfAccount = { accountId: string };

const account = ({ accountId }: OfAccount): Notification => ({
  kind: 'account',
  id: accountId,
  accountId,
  to: 'account',
});
const access = ({ accountId, userId: id }: OfAccount & { userId: string }): Notification => {
  return { kind: 'access', id, accountId, to: 'account', about: id };
};
const fetch = ({ accountId, fetchId: id }: OfAccount & { fetchId: string }): Notification => {
  return { kind: 'fetch', id, accountId, to: 'account' };
};
const folder = ({ accountId, folderId: id }: OfAccount & { folderId: string }): Notification => {
  return { kind: 'folder', id, accountId, to: 'account' };
};
const message = ({ accountId, messageId: id }: OfAccount & { messageId: string }): Notification => {
  return { kind: 'message', id, accountId, to: 'mail' };
};
const draft = ({ accountId, draftId: id }: OfAccount & { draftId: string }): Notification => {
  return { kind: 'draft', id, accountId, to: 'mail' };
};
/** The message, and its notification. */
const arrived = (data: AnyData<'MessageReceived' | 'MessageAlsoReceived'>): Notification[] => {
  const { accountId, messageId } = data;
  const id = mailNotification(messageId);
  const told: Notification[] = notifies(data) ? [{ kind: 'notification', id, accountId, to: 'users' }] : [];
  return [...told, message(data)];
};
const forPerson = ({ accountId }: OfAccount, { id, userId }: { id: string; userId: string }): Notification => {
  return { kind: 'notification', id, accountId, to: 'person', about: userId };
};
/** The message, and the notification of its sender. */
const told =
  <T extends TellingFact['type']>(type: T) =>
  (data: AnyData<T>): Notification[] => {
    const news = newsOf({ type, data } as unknown as TellingFact);
    return [...(news === null ? [] : [forPerson(data, news)]), message(data)];
  };
/** Changes of many messages. */
const messages = ({ accountId }: OfAccount, messageIds: readonly string[]): Notification => {
  const [only, ...others] = messageIds;
  return { kind: 'message', id: others.length > 0 || only === undefined ? null : only, accountId, to: 'mail' };
};
const eachMessage = (data: OfAccount & { messageIds: readonly string[] }): Notification =>
  messages(data, data.messageIds);
const idsOf = (places: readonly { messageId: string }[]): string[] => places.map(({ messageId }) => messageId);
const user = ({ userId: id }: { userId: string }): Notification => {
  return { kind: 'user', id, accountId: null, to: 'administrators', about: id };
};
const token = ({ tokenId: id }: { tokenId: string }): Notification => ({
  kind: 'token',
  id,
  accountId: null,
  to: 'administrators',
});

const contact = ({ contactId: id }: { contactId: string }): Notification => ({
  kind: 'contact',
  id,
  accountId: null,
  to: 'mail-module',
});
const company = ({ companyId: id }: { companyId: string }): Notification => ({
  kind: 'company',
  id,
  accountId: null,
  to: 'mail-module',
});
/** Facts after the creation do not name the account of the task: `deliveriesOf` looks it up. */
const task = ({ taskId: id }: { taskId: string }): Notification => ({ kind: 'task', id, accountId: null, to: 'mail' });
const erasure = ({ erasureId: id }: { erasureId: string }): Notification => ({
  kind: 'erasure',
  id,
  accountId: null,
  to: 'administrators',
});

const everySetting = Object.fromEntries(Object.values(settingFacts).map((type) => [type, account])) as Record<
  SettingChanged['type'],
  typeof account
>;

function settledIds({ moved, unmoved, removed, refused }: AnyData<'WishesSettled'>): string[] {
  const placed = [...moved, ...removed].flatMap((each) => idsOf(each.messages));
  return [...new Set([...placed, ...unmoved, ...refused.flatMap(({ messageIds }) => messageIds)])];
}

/**
 * `null`: no notification. A fact that is missing here does not compile. Changes in the history of an account are of
 * the kind `account` or `access`.
 */
export const notificationOf: { [T in AnyFact['type']]: Notifier<AnyData<T>> } = {
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
  FolderFailed: fetch,
  FetchFinished: fetch,
  FetchFailed: fetch,
  FolderFound: folder,
  FolderRenamed: folder,
  FolderGone: folder,
  FolderForgotten: folder,
  FolderChosen: folder,
  FolderRoleSet: folder,
  FolderRoleChanged: folder,
  CursorMoved: ({ accountId, folderId, fetchId }) =>
    fetchId === null ? folder({ accountId, folderId }) : fetch({ accountId, fetchId }),
  MessageQueued: message,
  SendBegan: message,
  FinalDotReached: null,
  RecipientsAccepted: message,
  RecipientsDeferred: message,
  RecipientsRefused: told('RecipientsRefused'),
  SendUnknown: told('SendUnknown'),
  SendResolved: message,
  SendHeld: told('SendHeld'),
  SendConfirmed: message,
  SendCancelled: told('SendCancelled'),
  CopyKept: message,
  CopyFailed: message,
  DeliveryFailed: told('DeliveryFailed'),
  DeliveryDelayed: message,
  DeliveryComplained: message,
  MessageReceived: arrived,
  SentMessageFound: message,
  MessageAlsoReceived: arrived,
  ConversationJoined: ({ accountId, because }) => message({ accountId, messageId: because }),
  DraftFound: message,
  MessagePlaced: message,
  MessageErased: message,
  MessageKeysTaken: null,
  MessageDestroyed: message,
  MessagesRead: eachMessage,
  MessagesUnread: eachMessage,
  NotificationsRead: ({ userId, ids: [only, ...others] }) => ({
    kind: 'notification',
    id: others.length > 0 || only === undefined ? null : only,
    accountId: null,
    to: 'person',
    about: userId,
  }),
  ReadUpTo: ({ accountId, userId }) => ({ kind: 'message', id: null, accountId, to: 'person', about: userId }),
  MessagesPlaced: (data) => messages(data, idsOf(data.places)),
  FlagsChanged: (data) =>
    messages(
      data,
      data.changes.flatMap((change) => idsOf(change.messages)),
    ),
  PlacesLeft: (data) => messages(data, data.places === 'all' ? [] : idsOf(data.places)),
  MessagesMarked: eachMessage,
  MessagesMoved: eachMessage,
  MessagesDeleted: eachMessage,
  MessagesRestored: eachMessage,
  WishesSettled: (data) => [
    ...refusalsOf(data).map((refusal) => forPerson(data, refusal)),
    messages(data, settledIds(data)),
  ],
  DraftBegun: draft,
  DraftSaved: draft,
  DraftTaken: (data) => [draft(data), message(data)],
  DraftConflicted: draft,
  DraftSent: draft,
  DraftDiscarded: draft,
  DraftGone: draft,
  ContactCreated: contact,
  ContactRenamed: contact,
  ContactNameCorrected: contact,
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
  CompanyErased: company,
  DomainAssigned: null,
  DomainReleased: null,
  TaskCreated: ({ taskId, accountId }) => ({ kind: 'task', id: taskId, accountId, to: 'mail' }),
  TaskRetitled: task,
  TaskTitlesKept: task,
  TaskAssigned: task,
  TaskCompleted: task,
  TaskReopened: task,
  TaskLinkedToContact: task,
  TaskErased: task,
  ReplyQueued: null,
  ReplySuppressed: null,
  OutboxHeld: null,
  OutboxReleased: null,
  ErasureRequested: null,
  ErasureStarted: null,
  PersonErased: erasure,
  AttemptRefused: null,
  AttemptRepeated: null,
};

/** Facts after which the rights of all viewers are read again. */
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

/** Types of facts for live streams. Facts of a newer release are not among them. */
export const followed: readonly string[] = Object.entries(notificationOf)
  .filter(([type, of]) => of !== null || changesAccess.has(type))
  .map(([type]) => type);
