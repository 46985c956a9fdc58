import type { DataOf } from '../../src/platform/domain.js';
import type { FoldersEvent } from '../../src/mailboxes/folders/folder.events.js';
import type { FolderRole } from '../../src/mailboxes/mailbox.events.js';
import { type Change, quoted, type Sentences } from './sentence.js';

/** Facts about the folders of an account, which its history shows too. */
export type FolderHistoryFact = FoldersEvent;

type Data<T extends FoldersEvent['type']> = DataOf<FoldersEvent, T>;

const ROLES: Record<NonNullable<FolderRole>, string> = {
  inbox: 'the inbox',
  sent: 'the folder for sent messages',
  drafts: 'the folder for drafts',
  trash: 'the trash',
  junk: 'the folder for junk',
  archive: 'the archive',
};
const asRole = (role: FolderRole): string => (role === null ? 'a folder without a role' : ROLES[role]);
const path = (from: string | null, to: string | null): Change[] => [{ field: 'folder', from, to }];

export const folderSentences: Sentences<FolderHistoryFact> = {
  FolderFound: ({ path: to, again }) => ({
    summary: `created the folder ${quoted(to)}${again ? ' again' : ''}`,
    changes: path(null, to),
  }),
  FolderRenamed: ({ from, path: to, by }) => ({
    summary:
      by === 'person'
        ? `renamed the folder ${quoted(from)} to ${quoted(to)}`
        : `found that the folder ${quoted(from)} was renamed to ${quoted(to)} on the server`,
    changes: path(from, to),
  }),
  FolderGone: ({ path: from, by }) => ({
    summary:
      by === 'person'
        ? `removed the folder ${quoted(from)}`
        : `found that the folder ${quoted(from)} is gone from the server`,
    changes: path(from, null),
  }),
  FolderForgotten: ({ path: from }) => ({
    summary: `forgot the folder ${quoted(from)}, which was gone from the server`,
    changes: [],
  }),
  FolderChosen: ({ path: of, fetched, by }) => ({
    summary:
      by === 'person'
        ? `${fetched ? 'had' : 'had no'} mail of the folder ${quoted(of)} fetched`
        : `found that mail of the folder ${quoted(of)} ${fetched ? 'can be fetched' : 'cannot be fetched any more'}`,
    changes: [{ field: 'fetched', from: !fetched, to: fetched }],
  }),
  FolderRoleSet: ({ path: of, from, role, by }) => ({
    summary:
      by === 'person'
        ? `made the folder ${quoted(of)} ${asRole(role)}`
        : `found that the folder ${quoted(of)} is ${asRole(role)} on the server`,
    changes: [{ field: 'role', from, to: role }],
  }),
};

const isOfSetting = (role: FolderRole): boolean => role === 'sent' || role === 'drafts';

/**
 * True for an entry of its own. The first listing of a mailbox would be an entry for each folder. The roles sent and
 * drafts are settings of the account, and the changes of these have entries.
 */
export function isTold(type: string, data: object): boolean {
  if (type === 'FolderFound') return (data as Data<'FolderFound'>).by === 'person';
  if (type !== 'FolderRoleSet') return true;
  const { from, role, by } = data as Data<'FolderRoleSet'>;
  return !isOfSetting(role) && (by === 'person' || !isOfSetting(from));
}
