export class UidsAnswer {
  /** Reason, a stable word in kebab case. */
  reason!: string;
  /** Number of messages. */
  count!: number;
  /** Set of UIDs as in RFC 9051 §4.1.1, such as `1:500,503`. */
  uids!: string;
}

export class FolderGapsAnswer {
  /** Id of the folder. */
  folderId!: string;
  /** Path of the folder on the server. */
  path!: string;
  /** Role of the folder; null: none of these. */
  role!: 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | null;
  /** True if mail is fetched from the folder. */
  fetched!: boolean;
  /** Number of messages on the server when the folder was last listed; null: never listed. */
  onServer!: number | null;
  /** Number of messages on record, under the current UIDVALIDITY. */
  received!: number;
  /** Messages that are not fetched, by reason; tried again once the reason may be gone. */
  skipped!: UidsAnswer[];
  /** Messages that could not be fetched, by reason; the next fetch tries them again. */
  failed!: UidsAnswer[];
  /** Number of messages on the server without a disposition, as far as the folder was ever listed. */
  outstanding!: number;
  /** UIDVALIDITY of the folder (RFC 9051 §2.3.1.1); null until a message of the folder has a disposition. */
  uidValidity!: string | null;
  /** ISO 8601 UTC: last time at which the folder was listed; null: never. */
  comparedAt!: string | null;
  /**
   * Reason why the last fetch could not take in the folder, a stable word in kebab case, such as `refused-by-server`;
   * null after a success, and for a folder that was never tried.
   */
  failedReason!: string | null;
  /** Cause of that failure and advice; null without a failure. */
  failedDetail!: string | null;
}

export class GapsAnswer {
  /** All folders of the account, by path. */
  items!: FolderGapsAnswer[];
}
