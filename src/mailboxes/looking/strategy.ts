import type { FolderLook } from './folder-looks.js';

/** A folder as the server opens it. */
export interface OpenedFolder {
  uidValidity: string;
  uidNext: number;
  exists: number;
  highestModseq: bigint | null;
}

/**
 * Way to find the changes of a folder since the last look: `none`: there are none · `qresync` · `condstore`: changed
 * flags by mod-sequence, vanished messages by their UIDs · `plain`: all flags.
 */
export interface Strategy {
  strategy: 'none' | 'qresync' | 'condstore' | 'plain';
  reason: string;
}

/** Changes that a server does not report are found within a day. */
const COMPARED_EVERY_MS = 24 * 60 * 60 * 1000;

/** True once a day, also after the clock was set back. */
export const isComparedAgain = ({ comparedAt }: FolderLook, now: Date): boolean =>
  Math.abs(now.getTime() - comparedAt.getTime()) > COMPARED_EVERY_MS;

/** True if STATUS shows no change since the last look. Without mod-sequences it does not show changed flags. */
export const isSameStatus = (last: OpenedFolder, shown: OpenedFolder): boolean =>
  last.uidValidity === shown.uidValidity &&
  last.uidNext === shown.uidNext &&
  last.exists === shown.exists &&
  last.highestModseq === shown.highestModseq;

/** Chooses the cheapest way that the server supports. */
export function strategyOf(
  last: FolderLook | undefined,
  opened: OpenedFolder,
  abilities: { condstore: boolean; qresync: boolean },
  now: Date,
): Strategy {
  const plain = (reason: string): Strategy => ({ strategy: 'plain', reason });
  if (!last) return plain('first look at the folder');
  if (last.uidValidity !== opened.uidValidity) return plain('another UIDVALIDITY');
  if (isComparedAgain(last, now)) return plain('daily comparison');
  if (!abilities.condstore) return plain('no CONDSTORE');
  if (last.highestModseq === null || opened.highestModseq === null) return plain('no mod-sequences');
  if (opened.highestModseq < last.highestModseq) return plain('mod-sequences went back');
  if (opened.highestModseq === last.highestModseq && opened.uidNext === last.uidNext && opened.exists === last.exists)
    return { strategy: 'none', reason: 'same mod-sequence, UIDNEXT and number of messages' };
  if (abilities.qresync) return { strategy: 'qresync', reason: 'QRESYNC' };
  return { strategy: 'condstore', reason: 'CONDSTORE without QRESYNC' };
}
