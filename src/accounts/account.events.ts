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

/** The absence reply. Without a beginning or an end it is in force from when it is switched on, or until it is switched off. */
export interface Autoresponder {
  enabled: boolean;
  /** ISO 8601 UTC */
  from: string | null;
  until: string | null;
  subject: string | null;
  html: string | null;
  text: string | null;
}

/** All that can be set about an account but its password and who may use it. */
export interface Configuration extends Settings {
  autoresponder: Autoresponder;
}

const NO_AUTORESPONDER: Autoresponder = {
  enabled: false,
  from: null,
  until: null,
  subject: null,
  html: null,
  text: null,
};

/** As an account is when it has just been added. */
export const configured = (settings: Settings): Configuration => ({ ...settings, autoresponder: NO_AUTORESPONDER });

/** The fact that tells of each setting's change. */
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
    /** it was set back to what it was at this revision of the account */
    revertedTo?: number;
  }
>;
export type SettingChanged = { [S in Setting]: Changed<S> }[Setting];

const settingOfFact = new Map<string, Setting>(settingNames.map((name) => [settingFacts[name], name]));

/** Which setting a fact changes. */
export const settingChangedBy = (fact: SettingChanged): Setting => settingOfFact.get(fact.type)!;
export const changesSetting = (fact: AccountEvent): fact is SettingChanged => settingOfFact.has(fact.type);

/** The settings after one of them has changed. */
export const withChange = (before: Configuration, fact: SettingChanged): Configuration => ({
  ...before,
  [settingChangedBy(fact)]: fact.data.to,
});

/** Whose page people sign in to their mailbox at (OAuth 2.0), instead of giving its password away. */
export type MailProvider = 'google' | 'microsoft';

export type AccountEvent =
  | Fact<
      'AccountAdded',
      {
        accountId: string;
        owner: string | null;
        settings: Settings;
        /** 0: it has none */
        passwordVersion: number;
        /** where somebody has to sign in first, when no password was given */
        signIn?: MailProvider;
      }
    >
  /** `insteadOf`: from now on with a password, no longer at the page of that provider */
  | Fact<'PasswordChanged', { accountId: string; version: number; insteadOf?: MailProvider }>
  /** somebody signed in at the provider's page; `version` of the tokens in the vault, whose content is replaced as they are renewed */
  | Fact<'SignInGranted', { accountId: string; from: SignIn['with']; provider: MailProvider; version: number }>
  /** the provider takes the tokens no more: withdrawn, or not used for too long */
  | Fact<'SignInRanOut', { accountId: string; provider: MailProvider }>
  | SettingChanged
  | Fact<'AccessGranted', { accountId: string; userId: string }>
  | Fact<'AccessRevoked', { accountId: string; userId: string }>
  /** for good: what it is called and who could use it stays on record, its secrets and its mail are out of reach */
  | Fact<'AccountRemoved', { accountId: string }>
  /** its address was claimed, but adding it never finished and never will: somebody else takes the address */
  | Fact<'AccountAbandoned', { accountId: string }>
  /** it claimed an address that is not its own, and never will be by that claim: another account takes the address */
  | Fact<'AddressClaimDropped', { accountId: string }>;

/** How an account proves at its servers whose it is. */
export interface SignIn {
  with: 'password' | MailProvider;
  /** of the provider's tokens in the vault; null: there are none in force */
  tokens: number | null;
  /** there were, until the provider took them no more */
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

/** Whether somebody has to sign in before anything can be done with the mailbox. */
export const needsSignIn = (signIn: SignIn): boolean => signIn.with !== 'password' && signIn.tokens === null;

/** Where a person begins to sign in, as a path of this service. */
export const signInUrl = (provider: MailProvider, accountId: string): string =>
  `/api/oauth/${provider}/start?accountId=${encodeURIComponent(accountId)}`;

export type AccountAddressEvent =
  Fact<'AccountAddressClaimed', { accountId: string }> | Fact<'AccountAddressReleased', { accountId: string }>;

const settingShapes = Object.fromEntries(
  Object.values(settingFacts).map((type) => [type, { v: 1 }]),
) as FactShapes<SettingChanged>;

export const accountFacts: FactShapes<AccountEvent | AccountAddressEvent> = {
  AccountAdded: { v: 1 },
  PasswordChanged: { v: 1 },
  SignInGranted: { v: 1 },
  SignInRanOut: { v: 1 },
  ...settingShapes,
  AccessGranted: { v: 1 },
  AccessRevoked: { v: 1 },
  AccountRemoved: { v: 1 },
  AccountAbandoned: { v: 1 },
  AddressClaimDropped: { v: 1 },
  AccountAddressClaimed: { v: 1 },
  AccountAddressReleased: { v: 1 },
};

/** What every secret of an account is filed under in the vault. */
export const accountSecrets = (accountId: string): string => `account/${accountId}`;
/** Name of the mailbox password in the vault. */
export const passwordName = (accountId: string): string => `${accountSecrets(accountId)}/password`;
/** Name of the provider's tokens in the vault. */
export const tokensName = (accountId: string): string => `${accountSecrets(accountId)}/tokens`;
