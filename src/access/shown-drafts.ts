/** Content of a draft of this service, as lists of messages show it. */
export interface ShownDraft {
  to: { name: string; address: string }[];
  cc: { name: string; address: string }[];
  /** null: none written */
  subject: string | null;
  preview: string;
  text: string | null;
  /** safe to show; null: none written */
  html: string | null;
  attachments: { filename: string; contentType: string; size: number; cid: string | null }[];
  savedAt: Date;
  createdBy: string | null;
  /** true: the mail server has a copy */
  onServer: boolean;
}

/** Contents of drafts, for the lists of messages: no read model has them. The slice of drafts implements this port. */
export abstract class ShownDrafts {
  /** By id; drafts that have ended are left out. */
  abstract of(ids: readonly string[]): Promise<Map<string, ShownDraft>>;
}
