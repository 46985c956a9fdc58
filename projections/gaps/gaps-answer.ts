export class UidsAnswer {
  /** a stable word in kebab case */
  reason!: string;
  count!: number;
  /** a set of UIDs as in RFC 9051 §4.1.1: `1:500,503` */
  uids!: string;
}

export class FolderGapsAnswer {
  folderId!: string;
  path!: string;
  role!: 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | null;
  /** whether mail is fetched from it */
  fetched!: boolean;
  /** messages that the server showed when the folder was last listed */
  onServer!: number;
  /** on record as a message, under this UIDVALIDITY */
  received!: number;
  skipped!: UidsAnswer[];
  failed!: UidsAnswer[];
  /** on the server, without a disposition yet */
  outstanding!: number;
  /** null until something of it is on record */
  uidValidity!: string | null;
  /** ISO 8601 UTC: when it was last listed */
  comparedAt!: string | null;
}

export class GapsAnswer {
  items!: FolderGapsAnswer[];
}
