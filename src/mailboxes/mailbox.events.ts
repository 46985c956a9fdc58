import { createHash } from 'node:crypto';
import type { Fact, FactShapes } from '../platform/domain.js';

/** Fetches of an account, one after the other. */
export const fetchesStream = (accountId: string): string => `fetches-${accountId}`;
/** Id of a folder: a hash of its account and of the path at which it was found first. */
export const folderIdOf = (accountId: string, path: string): string =>
  createHash('sha256').update(`${accountId}\0${path}`).digest('hex').slice(0, 32);
/** Every account has an inbox of this name (RFC 9051 §5.1). */
export const inboxIdOf = (accountId: string): string => folderIdOf(accountId, 'INBOX');
/** Progress of the intake of a folder. Each fact holds the whole cursor, so that the last fact is enough. */
export const cursorStream = (folderId: string): string => `cursor-${folderId}`;

/** Names the leases of running fetches; their keys are ids of accounts. */
export const FETCHING = 'fetching';

export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | null;

export type FetchEvent =
  | Fact<'FetchStarted', { accountId: string; fetchId: string }>
  /**
   * A folder was listed: `onServer` counts all messages, `found` those without a disposition, to fetch now, and
   * `unlisted` those that the server counts and does not list; none if absent.
   */
  | Fact<
      'FolderCompared',
      {
        accountId: string;
        fetchId: string;
        folderId: string;
        path: string;
        onServer: number;
        found: number;
        unlisted?: number;
      }
    >
  /** The server does not open or list a folder, or gives no messages of it; the other folders are fetched. */
  | Fact<
      'FolderFailed',
      { accountId: string; fetchId: string; folderId: string; path: string; reason: string; detail: string }
    >
  | Fact<'FetchFinished', { accountId: string; fetchId: string }>
  | Fact<'FetchFailed', { accountId: string; fetchId: string; reason: string; detail: string }>;

/** Sets of UIDs (RFC 9051 §4.1.1, `1:500,503`) by reason. */
export type UidsByReason = Record<string, string>;

interface Counts {
  /** on record as a message */
  received: number;
  skipped: number;
  failed: number;
}

export type CursorEvent = Fact<
  'CursorMoved',
  {
    accountId: string;
    folderId: string;
    /** null: the messages were found without a fetch that a person asked for */
    fetchId: string | null;
    uidValidity: string;
    /**
     * highest UID that the first listing under this UIDVALIDITY showed: messages up to it are an import. null: not
     * known, because a release before had begun the import
     */
    imported: number | null;
    /** UIDs that are done: received, or deleted on the server */
    done: string;
    /** UIDs not fetched, by reason; each listing checks the reason again */
    skipped: UidsByReason;
    /** UIDs that failed, by reason; the next fetch tries them again */
    failed: UidsByReason;
    /** messages in the folder, also those that the server counts and does not list; the part without a disposition */
    onServer: number;
    outstanding: number;
    /** counts of the whole cursor after this fact */
    total: Counts;
    /** counts of this fact alone; `known` counts received messages that were on record before */
    step: Counts & { known: number };
  }
>;

export type MailboxEvent = FetchEvent | CursorEvent;

/** An import of a release before has ended if no message is outstanding: then later UIDs are new. */
function importedBefore({ done, failed, skipped, outstanding }: Record<string, unknown>): number | null {
  if (outstanding !== 0) return null;
  const uids = JSON.stringify([done, Object.values({ ...(failed as object), ...(skipped as object) })]);
  return Math.max(0, ...[...uids.matchAll(/\d+/g)].map(([uid]) => Number(uid)));
}

export const mailboxFacts: FactShapes<MailboxEvent> = {
  FetchStarted: { v: 1 },
  FolderCompared: { v: 1 },
  FolderFailed: { v: 1 },
  FetchFinished: { v: 1 },
  FetchFailed: { v: 1 },
  CursorMoved: {
    v: 2,
    upcast: { 1: (data: Record<string, unknown>) => ({ ...data, imported: importedBefore(data) }) },
  },
};
