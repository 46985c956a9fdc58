export class FetchFolderAnswer {
  path!: string;
  /** messages that had no disposition yet when the folder was listed */
  found!: number;
  /** of those, how many have one by now: received, skipped or failed */
  done!: number;
}

export class FetchAnswer {
  id!: string;
  state!: 'running' | 'done' | 'failed';
  /** ISO 8601 UTC */
  startedAt!: string;
  endedAt!: string | null;
  /** messages without a disposition, over all folders */
  found!: number;
  /** messages that were not on record before */
  received!: number;
  skipped!: number;
  failed!: number;
  /** why it failed, a stable word in kebab case */
  reason!: string | null;
  folders!: FetchFolderAnswer[];
}

export class FetchPage {
  items!: FetchAnswer[];
  /** cursor of the next page, null on the last */
  next!: string | null;
}
