/** Flags of a message that concern people: IMAP system flags (RFC 9051 §2.3.2) and `$Forwarded` (RFC 5788). */
export interface Flags {
  seen: boolean;
  flagged: boolean;
  answered: boolean;
  forwarded: boolean;
  /** marked for removal by another program: the message counts as gone from its place */
  deleted: boolean;
}

/** Flags with their new values. */
export type FlagChange = Partial<Flags>;

/** Flags that people set here, and those that an answer or a forwarding sets. */
export type MarkedFlags = Pick<FlagChange, 'seen' | 'flagged' | 'answered' | 'forwarded'>;

export const NO_FLAGS: Flags = { seen: false, flagged: false, answered: false, forwarded: false, deleted: false };
