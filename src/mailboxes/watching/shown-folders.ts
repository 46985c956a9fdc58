import { createHash } from 'node:crypto';
import type { Imap } from '../../mail/servers/imap.js';
import type { FolderStatus } from '../../mail/servers/imap-status.js';

/** The folders of a mailbox as a server shows them, without opening any of them. */
export interface ShownFolders {
  /** of the list of all folders, and of the status of those that were asked for */
  digest: string;
  inbox: FolderStatus | undefined;
}

/**
 * LIST and STATUS. The server alone does the work: a watcher asks for this again and again.
 * @param paths of the folders that the last look was at; null before the first one: all that it may look at
 */
export async function shownFolders(
  imap: Pick<Imap, 'folders' | 'statuses'>,
  paths: readonly string[] | null,
): Promise<ShownFolders> {
  const folders = await imap.folders();
  const mayBeLookedAt = (): string[] =>
    folders.filter(({ selectable, foreign }) => selectable && !foreign).map(({ path }) => path);
  const asked = [...new Set(['INBOX', ...(paths ?? mayBeLookedAt())])].toSorted();
  const statuses = await imap.statuses(asked);
  const shown = JSON.stringify([folders, asked.map((path) => statuses.get(path) ?? null)], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return { digest: createHash('sha256').update(shown).digest('base64'), inbox: statuses.get('INBOX') };
}
