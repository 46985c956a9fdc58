import type { Decider } from '../platform/domain.js';
import type { CursorEvent, UidsByReason } from './mailbox.events.js';

/** UIDs of a folder with a disposition, under one UIDVALIDITY. The last fact of the stream holds all of them. */
export interface Cursor {
  uidValidity: string | null;
  done: string;
  skipped: UidsByReason;
  failed: UidsByReason;
  received: number;
  onServer: number;
  outstanding: number;
  /** highest UID of the import; null: not known yet */
  imported: number | null;
}

const EMPTY = { done: '', skipped: {}, failed: {}, received: 0, onServer: -1, outstanding: -1, imported: null };

export const cursor: Decider<Cursor, CursorEvent> = {
  reads: 'last',
  initial: { ...EMPTY, uidValidity: null },
  evolve: (_, { data }) => ({
    uidValidity: data.uidValidity,
    done: data.done,
    skipped: data.skipped,
    failed: data.failed,
    received: data.total.received,
    onServer: data.onServer,
    outstanding: data.outstanding,
    imported: data.imported,
  }),
};

/** The cursor under a UIDVALIDITY; empty under a new one, because all UIDs change their meaning (RFC 9051 §2.3.1.1). */
export const under = (state: Cursor, uidValidity: string): Cursor =>
  state.uidValidity === uidValidity ? state : { ...EMPTY, uidValidity };
