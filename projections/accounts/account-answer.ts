import { ApiExtraModels, ApiProperty, getSchemaPath, OmitType } from '@nestjs/swagger';

/** A mail server of an account. */
class ServerAnswer {
  /** Host name or IP address of the server. */
  host!: string;
  /** TCP port of the server. */
  port!: number;
  /** Encryption: `tls` from the first byte, `starttls` required after connecting, or `none`. */
  security!: 'tls' | 'starttls' | 'none';
}

export class AccountUserAnswer {
  /** Id of the user. */
  id!: string;
  /** Name of the person; null once the person has been forgotten. */
  name!: string | null;
  /** Mail address of the user; null once the person has been forgotten. */
  email!: string | null;
}

/** Order by name; forgotten people come last. */
export const byName = (one: AccountUserAnswer, other: AccountUserAnswer): number =>
  (one.name ?? '\uffff').localeCompare(other.name ?? '\uffff') || (one.id < other.id ? -1 : 1);

/** The absence reply. */
class AutoresponderAnswer {
  /** True if the absence reply is switched on. */
  enabled!: boolean;
  /** Start of the replies: a day (YYYY-MM-DD) from its beginning, or a time (ISO 8601 UTC); null: at once. */
  from!: string | null;
  /**
   * End of the replies: a day (YYYY-MM-DD) up to its end, or a time (ISO 8601 UTC), exclusive; null: until the reply is
   * switched off.
   */
  until!: string | null;
  /** Time zone of the days (IANA). */
  timeZone!: string;
  /** Subject of the reply; null if not set. */
  subject!: string | null;
  /** Body of the reply as HTML; null if not set. */
  html!: string | null;
  /** Body of the reply as plain text; null if not set. */
  text!: string | null;
}

/** Most messages that an account sends. */
class LimitsAnswer {
  /** Most messages per minute; null: the preset of the provider. */
  perMinute!: number | null;
  /** Most messages per hour; null: the preset of the provider. */
  perHour!: number | null;
  /** Most messages per day; null: the preset of the provider. */
  perDay!: number | null;
}

class StatusCauseAnswer {
  /**
   * Stable word. `sign-in-missing`: nobody has signed in at the provider yet; `sign-in-ran-out`: a person has to sign
   * in again; `other`: a reason without a word of its own; all others are failures of the mail server `server`.
   */
  reason!:
    | 'login-refused'
    | 'login-not-offered'
    | 'tls-required'
    | 'wrong-protocol'
    | 'temporarily-refused'
    | 'provider-not-answering'
    | 'host-unknown'
    | 'host-not-allowed'
    | 'unreachable'
    | 'tls-failed'
    | 'starttls-not-offered'
    | 'refused-by-server'
    | 'too-many-messages'
    | 'too-many-folders'
    | 'connection-lost'
    | 'stalled'
    | 'timed-out'
    | 'sign-in-missing'
    | 'sign-in-ran-out'
    | 'other';
  /** Mail server that failed; null: a sign-in is needed. */
  server!: 'incoming' | 'outgoing' | null;
  /** Words of the server; empty: none. */
  detail!: string;
}

export class AccountAnswer {
  /** Id of the account. */
  id!: string;
  /** Mail address of the account. */
  address!: string;
  /** Display name of the account. */
  name!: string;
  /** Login name at both servers. */
  login!: string;
  /** Id of the user that added the account and owns it; null if an administrator added it. */
  owner!: string | null;
  /** Users with access, besides the owner and the administrators; by name. */
  users!: AccountUserAnswer[];
  /** IMAP server. */
  incoming!: ServerAnswer;
  /** SMTP server. */
  outgoing!: ServerAnswer;
  /** True for an account that only sends: received mail is neither fetched nor shown. */
  sendOnly!: boolean;
  /** True if each new sender becomes a contact. */
  createContacts!: boolean;
  /** Senders that become contacts: `people` leaves out automatic, bulk and no-reply mail. */
  createContactsFrom!: 'people' | 'everyone';
  /** True if each received message makes a task. */
  createTasks!: boolean;
  /** True if a message deleted in the CRM stays on the server. */
  keepServerCopies!: boolean;
  /** Day, YYYY-MM-DD: messages that the server received earlier are not fetched; null: everything is fetched. */
  fetchSince!: string | null;
  /** IMAP folder for copies of sent mail; null: the folder with SPECIAL-USE `\Sent` (RFC 6154). */
  sentFolder!: string | null;
  /** IMAP folder for copies of drafts; null: the folder with SPECIAL-USE `\Drafts` (RFC 6154). */
  draftsFolder!: string | null;
  /** True if the account’s users are notified about new mail. */
  notify!: boolean;
  /** HTML above every message sent from the account; null: none. */
  header!: string | null;
  /** HTML below every message sent from the account; null: none. */
  signature!: string | null;
  /** Name beside the address in `From` of every message sent from the account; null: the address alone. */
  senderName!: string | null;
  /** Seconds in which a send can be undone, 0 to 60. */
  undoSeconds!: number;
  /** Most messages that the account sends. */
  limits!: LimitsAnswer;
  /** Absence reply of the account. */
  autoresponder!: AutoresponderAnswer;
  /** Proof for the mail servers: a password (also an app password), or a sign-in at the provider’s page. */
  signIn!: 'password' | 'google' | 'microsoft';
  /** Path of this service that begins the sign-in; null unless `status` is `sign-in-needed`. */
  signInUrl!: string | null;
  /**
   * `unverified`: never tried; `connected` or `failing`: last answer of the mail servers; `sign-in-needed`: a person
   * has to sign in; `removed`.
   */
  status!: 'unverified' | 'connected' | 'failing' | 'sign-in-needed' | 'removed';
  /** Reason of `failing` or `sign-in-needed`, for people; otherwise null. */
  statusReason!: string | null;
  /** The same reason for front ends, which have words for it in other languages. */
  statusCause!: StatusCauseAnswer | null;
  /** ISO 8601 UTC: end of the last fetch that finished; null: never. */
  lastFetchedAt!: string | null;
  /** Number of unread received messages; null for a moment in the past, for which nothing was counted. */
  unread!: number | null;
  /** ISO 8601 UTC: time at which the account was added. */
  addedAt!: string;
  /** Revision of the configuration, for `If-Match`. */
  revision!: number;
}

/** Row of a list: an account without its long texts. */
export class ShortAccountAnswer extends OmitType(AccountAnswer, ['header', 'signature', 'autoresponder'] as const) {}

@ApiExtraModels(ShortAccountAnswer)
export class AccountPage {
  /** Accounts of this page, in the requested order; with `short`, without `header`, `signature`, `autoresponder`. */
  @ApiProperty({
    type: 'array',
    items: { anyOf: [AccountAnswer, ShortAccountAnswer].map((type) => ({ $ref: getSchemaPath(type) })) },
  })
  items!: (AccountAnswer | ShortAccountAnswer)[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}
