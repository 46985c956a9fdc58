import type { Fact, FactShapes } from '../platform/domain.js';

/** Holds the configuration only, so that `If-Match` means its revision; results of logins go to `connection-<id>`. */
export const accountStream = (accountId: string): string => `account-${accountId}`;
/** The account that holds an address; `addressKey` is the HMAC of the address in lower case. */
export const accountAddressStream = (addressKey: string): string => `account-address-${addressKey}`;

export type Security = 'tls' | 'starttls' | 'none';

export interface Server {
  host: string;
  port: number;
  security: Security;
}

/** Most messages that the account sends in a time; null: the preset of its provider. */
export interface SendingLimits {
  perMinute: number | null;
  perHour: number | null;
  perDay: number | null;
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
  /** YYYY-MM-DD; null: mail of any age */
  fetchSince: string | null;
  /** null: the folder with SPECIAL-USE (RFC 6154) */
  sentFolder: string | null;
  draftsFolder: string | null;
  notify: boolean;
  header: string | null;
  signature: string | null;
  /** beside the address in From; null: none */
  senderName: string | null;
  /** seconds between a send and its first attempt, 0 to 60 */
  undoSeconds: number;
  limits: SendingLimits;
}

/** Of an account added without them, and of accounts that are older than these settings. */
export const SENDING_AT_FIRST = {
  senderName: null,
  undoSeconds: 10,
  limits: { perMinute: null, perHour: null, perDay: null },
} as const satisfies Partial<Settings>;

/** The absence reply. `from` null: in force at once; `until` null: in force until it is switched off. */
export interface Autoresponder {
  enabled: boolean;
  /** a day, from its beginning; or ISO 8601 UTC */
  from: string | null;
  /** a day, up to its end; or ISO 8601 UTC, exclusive */
  until: string | null;
  /** IANA, of the days */
  timeZone: string;
  subject: string | null;
  html: string | null;
  text: string | null;
}

/** All settings of an account, without its password and its users. */
export interface Configuration extends Settings {
  autoresponder: Autoresponder;
}

/** Time zone of the days of an absence unless the caller gives another. */
export const TIME_ZONE = 'Europe/Warsaw';

const NO_AUTORESPONDER: Autoresponder = {
  enabled: false,
  from: null,
  until: null,
  timeZone: TIME_ZONE,
  subject: null,
  html: null,
  text: null,
};

/** Configuration of a new account. */
export const configured = (settings: Settings): Configuration => ({ ...settings, autoresponder: NO_AUTORESPONDER });

/** The fact type for a change of each setting. */
export const settingFacts = {
  name: 'AccountRenamed',
  address: 'AddressChanged',
  login: 'LoginChanged',
  incoming: 'IncomingServerChanged',
  outgoing: 'OutgoingServerChanged',
  sendOnly: 'SendOnlyChanged',
  createContacts: 'CreateContactsChanged',
  createContactsFrom: 'CreateContactsFromChanged',
  createTasks: 'CreateTasksChanged',
  keepServerCopies: 'KeepServerCopiesChanged',
  fetchSince: 'FetchSinceChanged',
  sentFolder: 'SentFolderChanged',
  draftsFolder: 'DraftsFolderChanged',
  notify: 'NotifyChanged',
  header: 'HeaderChanged',
  signature: 'SignatureChanged',
  senderName: 'SenderNameChanged',
  undoSeconds: 'UndoSecondsChanged',
  limits: 'SendingLimitsChanged',
  autoresponder: 'AutoresponderChanged',
} as const satisfies Record<keyof Configuration, string>;

export type Setting = keyof Configuration;
export const settingNames = Object.keys(settingFacts) as Setting[];

type Changed<S extends Setting> = Fact<
  (typeof settingFacts)[S],
  {
    accountId: string;
    from: Configuration[S];
    to: Configuration[S];
    /** revision of the account that a revert took this value from */
    revertedTo?: number;
  }
>;
export type SettingChanged = { [S in Setting]: Changed<S> }[Setting];

const settingOfFact = new Map<string, Setting>(settingNames.map((name) => [settingFacts[name], name]));

/** The setting that a fact changes. */
const settingChangedBy = (fact: SettingChanged): Setting => settingOfFact.get(fact.type)!;
export const changesSetting = (fact: AccountEvent): fact is SettingChanged => settingOfFact.has(fact.type);

/** The settings after the change of one. */
export const withChange = (before: Configuration, fact: SettingChanged): Configuration => ({
  ...before,
  [settingChangedBy(fact)]: fact.data.to,
});

/** Provider of mailboxes with its own sign-in page (OAuth 2.0), so that this service needs no password. */
export type MailProvider = 'google' | 'microsoft';

export type AccountEvent =
  | Fact<
      'AccountAdded',
      {
        accountId: string;
        owner: string | null;
        settings: Settings;
        /** 0: no password */
        passwordVersion: number;
        /** provider to sign in at before the first fetch; absent for an account with a password */
        signIn?: MailProvider;
      }
    >
  /** `insteadOf`: the password replaces the sign-in at this provider */
  | Fact<'PasswordChanged', { accountId: string; version: number; insteadOf?: MailProvider }>
  /** a person signed in at the provider; `version` of the tokens in the vault: renewed tokens keep their version */
  | Fact<'SignInGranted', { accountId: string; from: SignIn['with']; provider: MailProvider; version: number }>
  /** the provider does not accept the tokens any more: withdrawn, or expired */
  | Fact<'SignInRanOut', { accountId: string; provider: MailProvider }>
  | SettingChanged
  | Fact<'AccessGranted', { accountId: string; userId: string }>
  | Fact<'AccessRevoked', { accountId: string; userId: string }>
  /** final: name and users stay on record; secrets are erased, and mail is hidden */
  | Fact<'AccountRemoved', { accountId: string }>
  /** the account claimed an address, and can never be added any more: another account takes the address */
  | Fact<'AccountAbandoned', { accountId: string }>
  /** voids earlier claims of the account on an address that it does not have: another account takes the address */
  | Fact<'AddressClaimDropped', { accountId: string }>;

/** Proof of an account at its servers: a password, or a sign-in at a provider. */
export interface SignIn {
  with: 'password' | MailProvider;
  /** version of the provider's tokens in the vault; null: no tokens in force */
  tokens: number | null;
  /** true: the tokens have expired */
  ranOut: boolean;
}

const WITH_PASSWORD: SignIn = { with: 'password', tokens: null, ranOut: false };

export function signInAfter(before: SignIn, fact: AccountEvent): SignIn {
  if (fact.type === 'AccountAdded') return { ...WITH_PASSWORD, with: fact.data.signIn ?? 'password' };
  if (fact.type === 'PasswordChanged') return WITH_PASSWORD;
  if (fact.type === 'SignInGranted') return { with: fact.data.provider, tokens: fact.data.version, ranOut: false };
  return fact.type === 'SignInRanOut' ? { ...before, tokens: null, ranOut: true } : before;
}

export const signInAtFirst = (fact: Extract<AccountEvent, { type: 'AccountAdded' }>): SignIn =>
  signInAfter(WITH_PASSWORD, fact);

/** True when a person must sign in before the mailbox can be used. */
export const needsSignIn = (signIn: SignIn): boolean => signIn.with !== 'password' && signIn.tokens === null;

/** Path of this service that begins a sign-in. */
export const signInUrl = (provider: MailProvider, accountId: string): string =>
  `/api/oauth/${provider}/start?accountId=${encodeURIComponent(accountId)}`;

export type AccountAddressEvent =
  Fact<'AccountAddressClaimed', { accountId: string }> | Fact<'AccountAddressReleased', { accountId: string }>;

const settingShapes = Object.fromEntries(
  Object.values(settingFacts).map((type) => [type, { v: 1 }]),
) as FactShapes<SettingChanged>;

/** Shape 1 has times only: a day became a time in UTC. */
const withTimeZone = (old: Record<string, unknown>): Record<string, unknown> => ({
  ...old,
  from: { timeZone: 'UTC', ...(old['from'] as object) },
  to: { timeZone: 'UTC', ...(old['to'] as object) },
});

/** Shape 1 is older than the settings for sending. */
const withSending = (old: Record<string, unknown>): Record<string, unknown> => ({
  ...old,
  settings: { ...SENDING_AT_FIRST, ...(old['settings'] as object) },
});

export const accountFacts: FactShapes<AccountEvent | AccountAddressEvent> = {
  AccountAdded: { v: 2, upcast: { 1: withSending } },
  PasswordChanged: { v: 1 },
  SignInGranted: { v: 1 },
  SignInRanOut: { v: 1 },
  ...settingShapes,
  AutoresponderChanged: { v: 2, upcast: { 1: withTimeZone } },
  AccessGranted: { v: 1 },
  AccessRevoked: { v: 1 },
  AccountRemoved: { v: 1 },
  AccountAbandoned: { v: 1 },
  AddressClaimDropped: { v: 1 },
  AccountAddressClaimed: { v: 1 },
  AccountAddressReleased: { v: 1 },
};

/** Owner of all secrets of an account in the vault. */
export const accountSecrets = (accountId: string): string => `account/${accountId}`;
/** Name of the mailbox password in the vault. */
export const passwordName = (accountId: string): string => `${accountSecrets(accountId)}/password`;
/** Name of the provider's tokens in the vault. */
export const tokensName = (accountId: string): string => `${accountSecrets(accountId)}/tokens`;
