import type { NamedRole } from './folder-names.js';

export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | 'all';

interface Listed {
  path: string;
  /** by the usual name */
  named: NamedRole | null;
  /** null: the server has no hierarchy of folders */
  delimiter: string | null;
  /** attributes of LIST */
  flags: Iterable<string>;
}

/** SPECIAL-USE (RFC 6154), and `\Inbox` of the older XLIST. */
const roleByAttribute: Record<string, FolderRole> = {
  '\\inbox': 'inbox',
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
  '\\all': 'all',
};

/**
 * Roles by path; many folders may have the same role. An attribute of the server counts first, then a parent that is
 * trash or junk, then the usual name, then a parent with sent mail.
 */
export function rolesOf(folders: readonly Listed[]): Map<string, FolderRole | null> {
  const byAttribute = new Map(folders.map(({ path, flags }) => [path, ofAttributes(path, flags)]));
  const own = new Map(folders.map(({ path, named }) => [path, byAttribute.get(path) ?? named]));
  const roleOf = (folder: Listed): FolderRole | null => {
    const above = parentsOf(folder).map((path) => own.get(path));
    return (
      byAttribute.get(folder.path) ??
      above.find((role) => role === 'trash' || role === 'junk') ??
      own.get(folder.path) ??
      above.find((role) => role === 'sent') ??
      null
    );
  };
  return new Map(folders.map((folder) => [folder.path, roleOf(folder)]));
}

function ofAttributes(path: string, flags: Iterable<string>): FolderRole | null {
  if (path === 'INBOX') return 'inbox';
  for (const flag of flags) {
    const role = roleByAttribute[flag.toLowerCase()];
    if (role) return role;
  }
  return null;
}

/** Paths of all parents, the nearest first. */
function parentsOf({ path, delimiter }: Listed): string[] {
  if (!delimiter) return [];
  const levels = path.split(delimiter);
  return levels.slice(1).map((_, depth) => levels.slice(0, levels.length - 1 - depth).join(delimiter));
}
