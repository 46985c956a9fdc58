/** A mail server of an account. */
export class ServerAnswer {
  host!: string;
  port!: number;
  /** `tls` from the first byte, `starttls` required, or `none` */
  security!: 'tls' | 'starttls' | 'none';
}

export class AccountUserAnswer {
  id!: string;
  /** null once the person has been forgotten */
  name!: string | null;
  email!: string | null;
}

/** By name, as people order names; whose name is forgotten comes last. */
export const byName = (one: AccountUserAnswer, other: AccountUserAnswer): number =>
  (one.name ?? '\uffff').localeCompare(other.name ?? '\uffff') || (one.id < other.id ? -1 : 1);

/** The absence reply. */
export class AutoresponderAnswer {
  enabled!: boolean;
  from!: string | null;
  until!: string | null;
  subject!: string | null;
  html!: string | null;
  text!: string | null;
}

export class AccountAnswer {
  id!: string;
  address!: string;
  /** free text, for people */
  name!: string;
  /** at both servers */
  login!: string;
  /** id of the user who added it for himself */
  owner!: string | null;
  /** who may use it, beside the owner and the administrators */
  users!: AccountUserAnswer[];
  incoming!: ServerAnswer;
  outgoing!: ServerAnswer;
  /** an SMTP gateway: received mail is neither fetched nor shown */
  sendOnly!: boolean;
  createContacts!: boolean;
  createContactsFrom!: 'people' | 'everyone';
  createTasks!: boolean;
  /** deleting a mail here leaves it on the server */
  keepServerCopies!: boolean;
  /** YYYY-MM-DD; null: everything */
  fetchSince!: string | null;
  /** IMAP folder that sent mail is copied to; null: by SPECIAL-USE (RFC 6154) */
  sentFolder!: string | null;
  /** IMAP folder that drafts are copied to; null: by SPECIAL-USE (RFC 6154) */
  draftsFolder!: string | null;
  /** tells its users about new mail */
  notify!: boolean;
  /** HTML above every mail sent from it */
  header!: string | null;
  /** HTML below every mail sent from it */
  signature!: string | null;
  autoresponder!: AutoresponderAnswer;
  /** how its people prove to the mail servers whose it is; an app password is a password */
  signIn!: 'password' | 'google' | 'microsoft';
  /** where a person begins to sign in, when that is needed: a path of this service */
  signInUrl!: string | null;
  status!: 'unverified' | 'connected' | 'failing' | 'sign-in-needed' | 'removed';
  /** why it is failing, or has to be signed in to, for people */
  statusReason!: string | null;
  /** ISO 8601 UTC: when a fetch last came to its end */
  lastFetchedAt!: string | null;
  /** received messages that nobody has read yet; null of the past, when nobody counted */
  unread!: number | null;
  /** ISO 8601 UTC */
  addedAt!: string;
  /** of its configuration, for `If-Match` */
  revision!: number;
}

export class AccountPage {
  items!: AccountAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}
