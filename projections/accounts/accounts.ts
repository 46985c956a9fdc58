import {
  type AccountEvent,
  type Configuration,
  configured,
  type SignIn,
  type Setting,
  type SettingChanged,
  settingFacts,
  settingNames,
} from '../../src/accounts/account.events.js';
import type { ConnectionEvent } from '../../src/accounts/connection/connection.events.js';
import { type FetchEvent, inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import type { PlacesEvent } from '../../src/mailboxes/places.events.js';
import type { Box, MessageContent, MessageEvent } from '../../src/messages/message.events.js';
import type { Recorded } from '../../src/platform/log/fact-log.js';
import { defineProjection, type Handlers, type Rows, table } from '../../src/platform/read-models/projection.js';
import type { UserEvent } from '../../src/users/user.events.js';
import type { WishEvent } from '../../src/mailboxes/wishes/wish.events.js';
import {
  count,
  flag,
  id,
  json,
  orNull,
  reference,
  revision,
  text,
  time,
} from '../../src/platform/read-models/columns.js';
import { type ConnectionFailure, failureOf } from './connection-failure.js';

export interface AccountRow extends Configuration {
  id: string;
  owner: string | null;
  signIn: SignIn['with'];
  /** sign-in at the provider's page that is needed: the first, or again because it expired; null: none */
  signInNeeded: 'at-first' | 'again' | null;
  /** last answer of the mail servers, which may also arrive after the account is removed */
  status: 'unverified' | 'connected' | 'failing';
  failure: ConnectionFailure | null;
  removedAt: Date | null;
  lastFetchedAt: Date | null;
  addedAt: Date;
  /** of the account's stream */
  revision: number;
}

interface GrantRow {
  accountId: string;
  userId: string;
}

interface PersonRow {
  id: string;
  name: string | null;
  email: string | null;
}

/** For the number of unread messages: a message counts if it is not seen, and in the inbox or received outside Sent. */
interface MessageRow {
  messageId: string;
  accountId: string;
  seen: boolean;
  isInInbox: boolean;
  isReceived: boolean;
  isSent: boolean;
  isDeleted: boolean;
}

const VERSION = 10;

/** Column with address and name in lower case: a search that lowers them for each row takes longer. */
export const SEARCHED = 'searched';

export const accountTables = {
  accounts: table<AccountRow>('accounts', VERSION, {
    columns: {
      id,
      owner: orNull(reference),
      address: text,
      name: text,
      login: text,
      incoming: json,
      outgoing: json,
      sendOnly: flag,
      createContacts: flag,
      createContactsFrom: text,
      createTasks: flag,
      keepServerCopies: flag,
      fetchSince: orNull(text),
      sentFolder: orNull(text),
      draftsFolder: orNull(text),
      notify: flag,
      header: orNull(text),
      signature: orNull(text),
      senderName: orNull(text),
      undoSeconds: count,
      limits: json,
      autoresponder: json,
      signIn: text,
      signInNeeded: orNull(text),
      status: text,
      failure: orNull(json),
      removedAt: orNull(time),
      lastFetchedAt: orNull(time),
      addedAt: time,
      revision,
    },
    also: [
      `alter table % add column ${SEARCHED} text generated always as (lower(address) || e'\\n' || lower(name)) stored`,
    ],
  }),
  grants: table<GrantRow>('account_grants', VERSION, { columns: { accountId: id, userId: id } }),
  people: table<PersonRow>('account_people', VERSION, { columns: { id, name: orNull(text), email: orNull(text) } }),
  messages: table<MessageRow>('account_messages', VERSION, {
    columns: {
      messageId: id,
      accountId: reference,
      seen: flag,
      isInInbox: flag,
      isReceived: flag,
      isSent: flag,
      isDeleted: flag,
    },
    also: [
      `create index on % ("accountId")
         where ("isInInbox" or ("isReceived" and not "isSent")) and not seen and not "isDeleted"`,
    ],
  }),
};

type Handled = AccountEvent | UserEvent | ConnectionEvent | FetchEvent | MessageEvent | PlacesEvent | WishEvent;
type Tables = { accounts: AccountRow; grants: GrantRow; people: PersonRow; messages: MessageRow };

const unreadOf = ({
  messageId,
  accountId,
  folderId,
  seen,
}: Pick<MessageContent, 'messageId' | 'accountId' | 'folderId' | 'seen'>) => ({
  messageId,
  accountId,
  seen,
  isInInbox: folderId === inboxIdOf(accountId),
  isDeleted: false,
});

/** Turns of a message that a further place of this box gives it. */
const turnedBy = (box: Box | null, accountId: string, folderId: string): Partial<MessageRow> => ({
  ...(folderId === inboxIdOf(accountId) && { isInInbox: true }),
  ...(box === 'received' && { isReceived: true }),
  ...(box === 'sent' && { isSent: true }),
});

const settingChanged =
  (setting: Setting) =>
  (rows: { accounts: Rows<AccountRow> }, { data, revision }: Recorded<SettingChanged>): void =>
    rows.accounts.update({ id: data.accountId }, { [setting]: data.to, revision });

const everySetting = Object.fromEntries(
  settingNames.map((setting) => [settingFacts[setting], settingChanged(setting)]),
) as Handlers<SettingChanged, Tables>;

/** For the list of accounts and the head of the page of an account. */
export const accounts = defineProjection<Handled, Tables>({
  name: 'accounts',
  version: VERSION,
  tables: accountTables,
  on: {
    AccountAdded: (rows, { data, metadata, revision }) =>
      rows.accounts.put({
        ...configured(data.settings),
        id: data.accountId,
        owner: data.owner,
        signIn: data.signIn ?? 'password',
        signInNeeded: data.signIn === undefined ? null : 'at-first',
        status: 'unverified',
        failure: null,
        removedAt: null,
        lastFetchedAt: null,
        addedAt: new Date(metadata.at),
        revision,
      }),
    ...everySetting,
    PasswordChanged: (rows, { data, revision }) =>
      rows.accounts.update({ id: data.accountId }, { signIn: 'password', signInNeeded: null, revision }),
    SignInGranted: (rows, { data, revision }) =>
      rows.accounts.update({ id: data.accountId }, { signIn: data.provider, signInNeeded: null, revision }),
    SignInRanOut: (rows, { data, revision }) =>
      rows.accounts.update({ id: data.accountId }, { signInNeeded: 'again', revision }),
    AccessGranted: (rows, { data, revision }) => {
      rows.grants.put({ accountId: data.accountId, userId: data.userId });
      rows.accounts.update({ id: data.accountId }, { revision });
    },
    AccessRevoked: (rows, { data, revision }) => {
      rows.grants.remove({ accountId: data.accountId, userId: data.userId });
      rows.accounts.update({ id: data.accountId }, { revision });
    },
    AddressClaimDropped: (rows, { data, revision }) => rows.accounts.update({ id: data.accountId }, { revision }),
    AccountRemoved: (rows, { data: { accountId }, metadata, revision }) => {
      rows.accounts.update({ id: accountId }, { removedAt: new Date(metadata.at), revision });
      rows.grants.removeWhere({ accountId });
      rows.messages.removeWhere({ accountId });
    },
    UserAdded: (rows, { data }) => rows.people.put({ id: data.userId, name: data.name, email: data.email }),
    UserRenamed: (rows, { data }) => rows.people.update({ id: data.userId }, { name: data.name }),
    LoginAccepted: (rows, { data }) =>
      rows.accounts.update({ id: data.accountId }, { status: 'connected', failure: null }),
    ConnectionFailed: (rows, { data }) =>
      rows.accounts.update({ id: data.accountId }, { status: 'failing', failure: failureOf(data) }),
    FetchFinished: (rows, { data, metadata }) =>
      rows.accounts.update({ id: data.accountId }, { lastFetchedAt: new Date(metadata.at) }),
    MessageReceived: (rows, { data }) => rows.messages.put({ ...unreadOf(data), isReceived: true, isSent: false }),
    SentMessageFound: (rows, { data }) => rows.messages.put({ ...unreadOf(data), isReceived: false, isSent: true }),
    MessageQueued: (rows, { data }) =>
      rows.messages.put({ ...unreadOf({ ...data, seen: true, folderId: '' }), isReceived: false, isSent: true }),
    DraftFound: (rows, { data }) => rows.messages.put({ ...unreadOf(data), isReceived: false, isSent: false }),
    MessageErased: (rows, { data: { messageId } }) => rows.messages.remove({ messageId }),
    MessageDestroyed: (rows, { data: { messageId } }) => rows.messages.remove({ messageId }),
    MessageAlsoReceived: (rows, { data: { messageId, seen } }) =>
      rows.messages.update({ messageId }, { isReceived: true, isInInbox: true, seen }),
    MessagePlaced: (rows, { data: { messageId, accountId, folderId, box } }) =>
      rows.messages.update({ messageId }, turnedBy(box, accountId, folderId)),
    MessagesPlaced: (rows, { data: { accountId, folderId, box, places } }) => {
      for (const { messageId, seen } of places)
        rows.messages.update({ messageId }, { ...(box !== 'sent' && { seen }), ...turnedBy(box, accountId, folderId) });
    },
    FlagsChanged: (rows, { data: { changes } }) => {
      for (const { set, messages } of changes)
        if (set.seen !== undefined)
          for (const { messageId } of messages) rows.messages.update({ messageId }, { seen: set.seen });
    },
    MessagesMarked: (rows, { data: { messageIds, set } }) => {
      if (set.seen !== undefined)
        for (const messageId of messageIds) rows.messages.update({ messageId }, { seen: set.seen });
    },
    WishesSettled: (rows, { data: { marked, refused } }) => {
      for (const { set, messages } of marked)
        if (set.seen !== undefined)
          for (const { messageId } of messages) rows.messages.update({ messageId }, { seen: set.seen });
      for (const { messageIds, set } of refused)
        if (set?.seen !== undefined)
          for (const messageId of messageIds) rows.messages.update({ messageId }, { seen: set.seen });
    },
    MessagesDeleted: (rows, { data: { messageIds } }) => {
      for (const messageId of messageIds) rows.messages.update({ messageId }, { isDeleted: true });
    },
    MessagesRestored: (rows, { data: { messageIds } }) => {
      for (const messageId of messageIds) rows.messages.update({ messageId }, { isDeleted: false });
    },
  },
});
