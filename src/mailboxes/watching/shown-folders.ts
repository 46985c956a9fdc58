import { createHash } from 'node:crypto';
import type { Imap } from '../../mail/servers/imap.js';
import type { Folder } from '../../mail/servers/imap-folders.js';
import type { FolderStatus } from '../../mail/servers/imap-status.js';

/** The list of all folders, as the server answered last. */
export interface ListedOnce {
  digest: string;
  /** of the folders that a look may be at */
  paths: readonly string[];
  /** in ms, of `performance.now` */
  at: number;
}

/** The folders of a mailbox as a server shows them, without opening any of them. */
export interface ShownFolders {
  /** of the list of all folders, and of the status of those that were asked for */
  digest: string;
  inbox: FolderStatus | undefined;
}

export async function listOnce(imap: Pick<Imap, 'folders'>): Promise<ListedOnce> {
  const folders = await imap.folders();
  const mayBeLookedAt = ({ selectable, foreign }: Folder): boolean => selectable && !foreign;
  const paths = folders.filter(mayBeLookedAt).map(({ path }) => path);
  return { digest: digestOf(folders), paths, at: performance.now() };
}

/**
 * STATUS. The server alone does the work: a watcher asks for this again and again.
 * @param paths of the folders that the last look was at; null before the first one: all that it may look at
 */
export async function shownFolders(
  imap: Pick<Imap, 'statuses'>,
  listed: ListedOnce,
  paths: readonly string[] | null,
): Promise<ShownFolders> {
  const asked = [...new Set(['INBOX', ...(paths ?? listed.paths)])].toSorted();
  const statuses = await imap.statuses(asked);
  const digest = digestOf([listed.digest, asked.map((path) => statuses.get(path) ?? null)]);
  return { digest, inbox: statuses.get('INBOX') };
}

function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  return createHash('sha256').update(text).digest('base64');
}
