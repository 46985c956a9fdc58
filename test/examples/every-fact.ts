import { accountAddressStream, accountStream } from '../../src/accounts/account.events.js';
import type { AnyData, AnyFact } from '../../src/all.events.js';
import { companyStream, domainStream } from '../../src/companies/company.events.js';
import { autoreplyStream } from '../../src/autoresponder/autoreply.events.js';
import { attemptStream } from '../../src/attempts/attempt.events.js';
import { addressStream, contactStream } from '../../src/contacts/contact.events.js';
import { draftStream } from '../../src/drafts/draft.events.js';
import { erasureStream } from '../../src/erasures/erasure.events.js';
import { connectionStream } from '../../src/accounts/connection/connection.events.js';
import { foldersStream, folderStream } from '../../src/mailboxes/folders/folder.events.js';
import { cursorStream, fetchesStream } from '../../src/mailboxes/mailbox.events.js';
import { conversationStream } from '../../src/messages/conversation.events.js';
import { messageStream } from '../../src/messages/message.events.js';
import { notificationsStream } from '../../src/notifications/notification.events.js';
import { outboxStream } from '../../src/sending/hold/hold.events.js';
import { readingStream } from '../../src/reading/reading.events.js';
import { taskStream } from '../../src/tasks/task.events.js';
import { placesStream } from '../../src/mailboxes/places.events.js';
import { wishesStream } from '../../src/mailboxes/wishes/wish.events.js';
import { tokenStream } from '../../src/tokens/token.events.js';
import { USERS_STREAM } from '../../src/users/user.events.js';
import * as account from './account-facts.js';
import * as autoreply from './autoreply-facts.js';
import * as attempt from './attempt-facts.js';
import * as crm from './crm-facts.js';
import * as drafts from './draft-facts.js';
import type { Example } from './example.js';
import * as hold from './hold-facts.js';
import * as mailbox from './mailbox-facts.js';
import * as message from './message-facts.js';
import * as notification from './notification-facts.js';
import * as people from './people-facts.js';
import * as reading from './reading-facts.js';
import * as sending from './sending-facts.js';
import * as places from './places-facts.js';

type StreamNames = { [T in AnyFact['type']]: (data: AnyData<T>) => string };

const users = (): string => USERS_STREAM;
const ofToken = (data: { tokenId: string }): string => tokenStream(data.tokenId);
const ofAccount = (data: { accountId: string }): string => accountStream(data.accountId);
const ofAccountAddress = (data: { accountId: string }): string => accountAddressStream(`key-of-${data.accountId}`);
const ofConnection = (data: { accountId: string }): string => connectionStream(data.accountId);
const ofFetches = (data: { accountId: string }): string => fetchesStream(data.accountId);
const ofFolders = (data: { accountId: string }): string => foldersStream(data.accountId);
const ofFolder = (data: { folderId: string }): string => folderStream(data.folderId);
const ofConversation = (data: { conversationId: string }): string => conversationStream(data.conversationId);
const ofMessage = (data: { messageId: string }): string => messageStream(data.messageId);
const ofDraft = (data: { draftId: string }): string => draftStream(data.draftId);
const ofReader = (data: { accountId: string; userId: string }): string => readingStream(data.accountId, data.userId);

const ofPlaces = (data: { folderId: string }): string => placesStream(data.folderId);
const ofWishes = (data: { accountId: string }): string => wishesStream(data.accountId);
const ofAutoreply = (data: { accountId: string; senderKey: string | null }): string =>
  autoreplyStream(data.accountId, data.senderKey);
const ofContact = (data: { contactId: string }): string => contactStream(data.contactId);
const ofAddress = (data: { addressKey: string }): string => addressStream(data.addressKey);
const ofCompany = (data: { companyId: string }): string => companyStream(data.companyId);
const ofDomain = (data: { domain: string | null }): string => domainStream(data.domain!);
const ofErasure = (data: { addressKey: string }): string => erasureStream(data.addressKey);
const ofTask = (data: { taskId: string }): string => taskStream(data.taskId);

const streams: StreamNames = {
  UserAdded: users,
  UserRenamed: users,
  UserRoleChanged: users,
  UserPasswordChanged: users,
  UserLinked: users,
  UserDeactivated: users,
  UserReactivated: users,
  TokenIssued: ofToken,
  TokenRevoked: ofToken,
  AccountAdded: ofAccount,
  PasswordChanged: ofAccount,
  SignInGranted: ofAccount,
  SignInRanOut: ofAccount,
  AccountRenamed: ofAccount,
  AddressChanged: ofAccount,
  LoginChanged: ofAccount,
  IncomingServerChanged: ofAccount,
  OutgoingServerChanged: ofAccount,
  SendOnlyChanged: ofAccount,
  CreateContactsChanged: ofAccount,
  CreateContactsFromChanged: ofAccount,
  CreateTasksChanged: ofAccount,
  KeepServerCopiesChanged: ofAccount,
  FetchSinceChanged: ofAccount,
  SentFolderChanged: ofAccount,
  DraftsFolderChanged: ofAccount,
  NotifyChanged: ofAccount,
  HeaderChanged: ofAccount,
  SignatureChanged: ofAccount,
  SenderNameChanged: ofAccount,
  UndoSecondsChanged: ofAccount,
  SendingLimitsChanged: ofAccount,
  AutoresponderChanged: ofAccount,
  AccessGranted: ofAccount,
  AccessRevoked: ofAccount,
  AccountRemoved: ofAccount,
  AccountAbandoned: ofAccount,
  AddressClaimDropped: ofAccount,
  AccountAddressClaimed: ofAccountAddress,
  AccountAddressReleased: ofAccountAddress,
  LoginAccepted: ofConnection,
  ConnectionFailed: ofConnection,
  FetchStarted: ofFetches,
  FolderCompared: ofFetches,
  FolderFailed: ofFetches,
  FetchFinished: ofFetches,
  FetchFailed: ofFetches,
  FolderFound: ofFolders,
  FolderRenamed: ofFolders,
  FolderGone: ofFolders,
  FolderForgotten: ofFolders,
  FolderChosen: ofFolders,
  FolderRoleSet: ofFolders,
  FolderRoleChanged: ofFolder,
  CursorMoved: (data) => cursorStream(data.folderId),
  MessageReceived: ofMessage,
  MessageAlsoReceived: ofMessage,
  ConversationJoined: ofConversation,
  SentMessageFound: ofMessage,
  DraftFound: ofMessage,
  MessagePlaced: ofMessage,
  MessageErased: ofMessage,
  MessageKeysTaken: ofMessage,
  MessageDestroyed: ofMessage,
  MessageQueued: ofMessage,
  SendBegan: ofMessage,
  FinalDotReached: ofMessage,
  RecipientsAccepted: ofMessage,
  RecipientsDeferred: ofMessage,
  RecipientsRefused: ofMessage,
  SendUnknown: ofMessage,
  SendResolved: ofMessage,
  SendHeld: ofMessage,
  SendConfirmed: ofMessage,
  SendCancelled: ofMessage,
  CopyKept: ofMessage,
  CopyFailed: ofMessage,
  DeliveryFailed: ofMessage,
  DeliveryDelayed: ofMessage,
  DeliveryComplained: ofMessage,
  MessagesRead: ofReader,
  MessagesUnread: ofReader,
  ReadUpTo: ofReader,
  MessagesPlaced: ofPlaces,
  FlagsChanged: ofPlaces,
  PlacesLeft: ofPlaces,
  MessagesMarked: ofWishes,
  MessagesMoved: ofWishes,
  MessagesDeleted: ofWishes,
  MessagesRestored: ofWishes,
  WishesSettled: ofWishes,
  NotificationsRead: (data) => notificationsStream(data.userId),
  ContactCreated: ofContact,
  ContactRenamed: ofContact,
  ContactEmailAdded: ofContact,
  ContactEmailRemoved: ofContact,
  ContactNameCorrected: ofContact,
  ContactMovedToCompany: ofContact,
  ContactAbandoned: ofContact,
  ContactClaimDropped: ofContact,
  ContactErased: ofContact,
  AddressAssigned: ofAddress,
  AddressReleased: ofAddress,
  CompanyCreated: ofCompany,
  CompanyRenamed: ofCompany,
  CompanyDomainChanged: ofCompany,
  CompanyAbandoned: ofCompany,
  CompanyClaimDropped: ofCompany,
  CompanyErased: ofCompany,
  DomainAssigned: ofDomain,
  DomainReleased: ofDomain,
  TaskCreated: ofTask,
  TaskRetitled: ofTask,
  TaskTitlesKept: ofTask,
  TaskAssigned: ofTask,
  TaskCompleted: ofTask,
  TaskReopened: ofTask,
  TaskLinkedToContact: ofTask,
  TaskErased: ofTask,
  DraftBegun: ofDraft,
  DraftSaved: ofDraft,
  DraftTaken: ofDraft,
  DraftConflicted: ofDraft,
  DraftSent: ofDraft,
  DraftDiscarded: ofDraft,
  DraftGone: ofDraft,
  OutboxHeld: () => outboxStream,
  OutboxReleased: () => outboxStream,
  ReplyQueued: ofAutoreply,
  ReplySuppressed: ofAutoreply,
  ErasureRequested: ofErasure,
  ErasureStarted: ofErasure,
  PersonErased: ofErasure,
  AttemptRefused: (data) => attemptStream(data.attemptId),
  AttemptRepeated: (data) => attemptStream(data.attemptId),
};

/** Stream of a fact. */
export const streamOf = ({ type, data }: AnyFact): string => (streams[type] as (data: object) => string)(data);

/** An example of every fact type: a new type does not compile without one. */
export const everyFact: { [T in AnyFact['type']]: Example<T> } = {
  UserAdded: people.userAdded,
  UserRenamed: people.userRenamed,
  UserRoleChanged: people.userRoleChanged,
  UserPasswordChanged: people.userPasswordChanged,
  UserLinked: people.userLinked,
  UserDeactivated: people.userDeactivated,
  UserReactivated: people.userReactivated,
  TokenIssued: people.tokenIssued,
  TokenRevoked: people.tokenRevoked,
  AccountAdded: account.accountAdded,
  PasswordChanged: account.passwordChanged,
  SignInGranted: account.signInGranted,
  SignInRanOut: account.signInRanOut,
  AccountRenamed: account.accountRenamed,
  AddressChanged: account.addressChanged,
  LoginChanged: account.loginChanged,
  IncomingServerChanged: account.incomingServerChanged,
  OutgoingServerChanged: account.outgoingServerChanged,
  SendOnlyChanged: account.sendOnlyChanged,
  CreateContactsChanged: account.createContactsChanged,
  CreateContactsFromChanged: account.createContactsFromChanged,
  CreateTasksChanged: account.createTasksChanged,
  KeepServerCopiesChanged: account.keepServerCopiesChanged,
  FetchSinceChanged: account.fetchSinceChanged,
  SentFolderChanged: account.sentFolderChanged,
  DraftsFolderChanged: account.draftsFolderChanged,
  NotifyChanged: account.notifyChanged,
  HeaderChanged: account.headerChanged,
  SignatureChanged: account.signatureChanged,
  SenderNameChanged: account.senderNameChanged,
  UndoSecondsChanged: account.undoSecondsChanged,
  SendingLimitsChanged: account.sendingLimitsChanged,
  AutoresponderChanged: account.autoresponderChanged,
  AccessGranted: account.accessGranted,
  AccessRevoked: account.accessRevoked,
  AccountRemoved: account.accountRemoved,
  AccountAbandoned: account.accountAbandoned,
  AddressClaimDropped: account.addressClaimDropped,
  AccountAddressClaimed: account.accountAddressClaimed,
  AccountAddressReleased: account.accountAddressReleased,
  LoginAccepted: mailbox.loginAccepted,
  ConnectionFailed: mailbox.connectionFailed,
  FetchStarted: mailbox.fetchStarted,
  FolderCompared: mailbox.folderCompared,
  FolderFailed: mailbox.folderFailed,
  FetchFinished: mailbox.fetchFinished,
  FetchFailed: mailbox.fetchFailed,
  FolderFound: mailbox.folderFound,
  FolderRenamed: mailbox.folderRenamed,
  FolderGone: mailbox.folderGone,
  FolderForgotten: mailbox.folderForgotten,
  FolderChosen: mailbox.folderChosen,
  FolderRoleSet: mailbox.folderRoleSet,
  FolderRoleChanged: mailbox.folderRoleChanged,
  CursorMoved: mailbox.cursorMoved,
  MessageReceived: message.messageReceived,
  MessageAlsoReceived: message.messageAlsoReceived,
  ConversationJoined: message.conversationJoined,
  SentMessageFound: message.sentMessageFound,
  DraftFound: message.draftFound,
  MessagePlaced: message.messagePlaced,
  MessageErased: message.messageErased,
  MessageKeysTaken: message.messageKeysTaken,
  MessageDestroyed: message.messageDestroyed,
  MessageQueued: sending.messageQueued,
  SendBegan: sending.sendBegan,
  FinalDotReached: sending.finalDotReached,
  RecipientsAccepted: sending.recipientsAccepted,
  RecipientsDeferred: sending.recipientsDeferred,
  RecipientsRefused: sending.recipientsRefused,
  SendUnknown: sending.sendUnknown,
  SendResolved: sending.sendResolved,
  SendHeld: sending.sendHeld,
  SendConfirmed: sending.sendConfirmed,
  SendCancelled: sending.sendCancelled,
  CopyKept: sending.copyKept,
  CopyFailed: sending.copyFailed,
  DeliveryFailed: sending.deliveryFailed,
  DeliveryDelayed: sending.deliveryDelayed,
  DeliveryComplained: sending.deliveryComplained,
  MessagesRead: reading.messagesRead,
  MessagesUnread: reading.messagesUnread,
  ReadUpTo: reading.readUpTo,
  MessagesPlaced: places.messagesPlaced,
  FlagsChanged: places.flagsChanged,
  PlacesLeft: places.placesLeft,
  MessagesMarked: places.messagesMarked,
  MessagesMoved: places.messagesMoved,
  MessagesDeleted: places.messagesDeleted,
  MessagesRestored: places.messagesRestored,
  WishesSettled: places.wishesSettled,
  NotificationsRead: notification.notificationsRead,
  ContactCreated: crm.contactCreated,
  ContactRenamed: crm.contactRenamed,
  ContactEmailAdded: crm.contactEmailAdded,
  ContactEmailRemoved: crm.contactEmailRemoved,
  ContactNameCorrected: crm.contactNameCorrected,
  ContactMovedToCompany: crm.contactMovedToCompany,
  ContactAbandoned: crm.contactAbandoned,
  ContactClaimDropped: crm.contactClaimDropped,
  ContactErased: crm.contactErased,
  AddressAssigned: crm.addressAssigned,
  AddressReleased: crm.addressReleased,
  CompanyCreated: crm.companyCreated,
  CompanyRenamed: crm.companyRenamed,
  CompanyDomainChanged: crm.companyDomainChanged,
  CompanyAbandoned: crm.companyAbandoned,
  CompanyClaimDropped: crm.companyClaimDropped,
  CompanyErased: crm.companyErased,
  DomainAssigned: crm.domainAssigned,
  DomainReleased: crm.domainReleased,
  AttemptRefused: attempt.attemptRefused,
  AttemptRepeated: attempt.attemptRepeated,
  TaskCreated: crm.taskCreated,
  TaskRetitled: crm.taskRetitled,
  TaskTitlesKept: crm.taskTitlesKept,
  TaskAssigned: crm.taskAssigned,
  TaskCompleted: crm.taskCompleted,
  TaskReopened: crm.taskReopened,
  TaskLinkedToContact: crm.taskLinkedToContact,
  TaskErased: crm.taskErased,
  DraftBegun: drafts.draftBegun,
  DraftSaved: drafts.draftSaved,
  DraftTaken: drafts.draftTaken,
  DraftConflicted: drafts.draftConflicted,
  DraftSent: drafts.draftSent,
  DraftDiscarded: drafts.draftDiscarded,
  DraftGone: drafts.draftGone,
  OutboxHeld: hold.outboxHeld,
  OutboxReleased: hold.outboxReleased,
  ReplyQueued: autoreply.replyQueued,
  ReplySuppressed: autoreply.replySuppressed,
  ErasureRequested: crm.erasureRequested,
  ErasureStarted: crm.erasureStarted,
  PersonErased: crm.personErased,
};
