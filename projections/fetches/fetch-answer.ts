export class FetchFolderAnswer {
  /** Path of the folder on the server. */
  path!: string;
  /** Number of messages without a disposition when the folder was listed. */
  found!: number;
  /** Number of those messages with a disposition by now: received, skipped or failed. */
  done!: number;
  /**
   * Reason why the folder was not taken in to its end, a stable word in kebab case, such as `refused-by-server`; the
   * next fetch tries it again. Null for a folder without a failure.
   */
  failed!: string | null;
  /** Cause of the failure and advice, in the words of the mail server where it gave a cause; null without a failure. */
  detail!: string | null;
}

export class FetchAnswer {
  /** Id of the fetch. */
  id!: string;
  /** State of the fetch: `done` also with failed folders, `failed` when the inbox or the list of folders failed. */
  state!: 'running' | 'done' | 'failed';
  /** ISO 8601 UTC: start of the fetch. */
  startedAt!: string;
  /** ISO 8601 UTC: end of the fetch; null while it runs. */
  endedAt!: string | null;
  /** Number of messages without a disposition, over all folders. */
  found!: number;
  /** Number of messages that were not on record before. */
  received!: number;
  /** Number of messages that were gone from the server before they were fetched. */
  skipped!: number;
  /** Number of messages that could not be fetched; the next fetch tries them again. */
  failed!: number;
  /** Reason of the failure, a stable word in kebab case; null unless `state` is `failed`. */
  reason!: string | null;
  /**
   * Reason of a pause, a stable word in kebab case, such as `log-not-answering`, `database-not-answering`, `disk-full`,
   * `disk-not-writable`: the fetch goes on by itself after the outage. Null without a pause.
   */
  pausedReason!: string | null;
  /** Progress of each folder, by path; folders that failed are among them. */
  folders!: FetchFolderAnswer[];
}

export class FetchPage {
  /** Fetches of this page, newest first. */
  items!: FetchAnswer[];
  /** Cursor of the next page, for the parameter `cursor`; null on the last page. */
  next!: string | null;
}
