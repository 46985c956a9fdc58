export interface Change {
  field: string;
  from: unknown;
  to: unknown;
}

/** What somebody did, as it goes on after his name. */
export interface Sentence {
  summary: string;
  changes: Change[];
  /** it set something back to what it was at this revision */
  revertedTo?: number;
}
