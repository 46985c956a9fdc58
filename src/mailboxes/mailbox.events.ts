import type { Fact, FactShapes } from '../platform/domain.js';

/** What the servers say about an account: written only when it changes. */
export const connectionStream = (accountId: string): string => `connection-${accountId}`;
/** Fetches of an account, one after the other: the last fact tells whether one is running. */
export const fetchesStream = (accountId: string): string => `fetches-${accountId}`;
export const folderStream = (folderId: string): string => `folder-${folderId}`;
/** How far a folder has been taken in. Every fact holds the whole cursor, so the last one is enough, however long the stream. */
export const cursorStream = (folderId: string): string => `cursor-${folderId}`;

export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | null;

export type ConnectionEvent =
  | Fact<'LoginAccepted', { accountId: string }>
  /** `reason`: `login-refused`, `host-unknown`, `unreachable`, … (`mail/servers.ts`); `detail` is the server's own word */
  | Fact<'ConnectionFailed', { accountId: string; server: 'incoming' | 'outgoing'; reason: string; detail: string }>;

export type FetchEvent =
  | Fact<'FetchStarted', { accountId: string; fetchId: string }>
  /** A folder was listed: of `onServer` messages, `found` have no disposition yet and are taken in by this fetch. */
  | Fact<
      'FolderCompared',
      { accountId: string; fetchId: string; folderId: string; path: string; onServer: number; found: number }
    >
  | Fact<'FetchFinished', { accountId: string; fetchId: string }>
  | Fact<'FetchFailed', { accountId: string; fetchId: string; reason: string; detail: string }>;

export type FolderEvent =
  | Fact<
      'FolderFound',
      { accountId: string; folderId: string; path: string; name: string; role: FolderRole; fetched: boolean }
    >
  | Fact<
      'FolderRoleChanged',
      { accountId: string; folderId: string; from: FolderRole; to: FolderRole; fetched: boolean }
    >;

/** Sets of UIDs as in RFC 9051 §4.1.1 (`1:500,503`), by reason. */
export type UidsByReason = Record<string, string>;

export interface Counts {
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
    fetchId: string;
    uidValidity: string;
    /** UIDs that need no look again: received, or gone from the server */
    done: string;
    /** not fetched, and why; looked at again when the reason may have gone */
    skipped: UidsByReason;
    /** tried in vain, and why; tried again at the next fetch */
    failed: UidsByReason;
    /** messages the server showed when the folder was listed, and how many of them still have no disposition */
    onServer: number;
    outstanding: number;
    /** under this UIDVALIDITY so far */
    total: Counts;
    /** by this step; `known` of the received were on record before */
    step: Counts & { known: number };
  }
>;

export type MailboxEvent = ConnectionEvent | FetchEvent | FolderEvent | CursorEvent;

export const mailboxFacts: FactShapes<MailboxEvent> = {
  LoginAccepted: { v: 1 },
  ConnectionFailed: { v: 1 },
  FetchStarted: { v: 1 },
  FolderCompared: { v: 1 },
  FetchFinished: { v: 1 },
  FetchFailed: { v: 1 },
  FolderFound: { v: 1 },
  FolderRoleChanged: { v: 1 },
  CursorMoved: { v: 1 },
};
