import { type AccountAddressEvent, type AccountEvent, accountFacts } from './accounts/account.events.js';
import { type ConnectionEvent, connectionFacts } from './accounts/connection/connection.events.js';
import { type CompanyEvent, companyFacts, type DomainEvent } from './companies/company.events.js';
import { type AutoreplyEvent, autoreplyFacts } from './autoresponder/autoreply.events.js';
import { type AttemptEvent, attemptFacts } from './attempts/attempt.events.js';
import { type AddressEvent, type ContactEvent, contactFacts } from './contacts/contact.events.js';
import { type DraftEvent, draftFacts } from './drafts/draft.events.js';
import { type ErasureEvent, erasureFacts } from './erasures/erasure.events.js';
import { type MailboxEvent, mailboxFacts } from './mailboxes/mailbox.events.js';
import { type FolderEvent, folderFacts } from './mailboxes/folders/folder.events.js';
import { type PlacesEvent, placesFacts } from './mailboxes/places.events.js';
import { type ConversationEvent, conversationFacts } from './messages/conversation.events.js';
import { type MessageEvent, messageFacts } from './messages/message.events.js';
import { type NotificationEvent, notificationFacts } from './notifications/notification.events.js';
import type { DataOf, FactShape, FactShapes } from './platform/domain.js';
import { type ReadingEvent, readingFacts } from './reading/reading.events.js';
import { type HoldEvent, holdFacts } from './sending/hold/hold.events.js';
import { type TaskEvent, taskFacts } from './tasks/task.events.js';
import { type TokenEvent, tokenFacts } from './tokens/token.events.js';
import { type UserEvent, userFacts } from './users/user.events.js';
import { type WishEvent, wishFacts } from './mailboxes/wishes/wish.events.js';

/** All facts of the service. */
export type AnyFact =
  | UserEvent
  | TokenEvent
  | AccountEvent
  | AccountAddressEvent
  | ConnectionEvent
  | MailboxEvent
  | FolderEvent
  | PlacesEvent
  | WishEvent
  | MessageEvent
  | ConversationEvent
  | ReadingEvent
  | NotificationEvent
  | HoldEvent
  | DraftEvent
  | AutoreplyEvent
  | ContactEvent
  | AddressEvent
  | CompanyEvent
  | DomainEvent
  | TaskEvent
  | ErasureEvent
  | AttemptEvent;

export type AnyData<T extends AnyFact['type']> = DataOf<AnyFact, T>;

const all: FactShapes<AnyFact> = {
  ...userFacts,
  ...tokenFacts,
  ...accountFacts,
  ...connectionFacts,
  ...mailboxFacts,
  ...folderFacts,
  ...placesFacts,
  ...wishFacts,
  ...messageFacts,
  ...conversationFacts,
  ...readingFacts,
  ...notificationFacts,
  ...holdFacts,
  ...draftFacts,
  ...autoreplyFacts,
  ...contactFacts,
  ...companyFacts,
  ...taskFacts,
  ...erasureFacts,
  ...attemptFacts,
};

export const factShapes = all as unknown as Readonly<Record<string, FactShape<object>>>;
