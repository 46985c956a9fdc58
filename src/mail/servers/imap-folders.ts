import type { ImapFlow, NamespaceObject } from 'imapflow';
import { decodePath } from 'imapflow/lib/tools.js';
import { type NamedRole, roleOfName } from './folder-names.js';
import { type FolderRole, rolesOf } from './folder-roles.js';
import type { ImapConnection } from './imap-connection.js';
import type { UntaggedResponse } from './imap-internals.js';
import { MailServerFailure } from './servers.js';

export interface Folder {
  path: string;
  name: string;
  /** null: the server has no hierarchy of folders */
  delimiter: string | null;
  /** from SPECIAL-USE (RFC 6154), else from usual names in many languages; null: no known role */
  role: FolderRole | null;
  selectable: boolean;
  /** in a namespace of other people or in a shared one (RFC 2342) */
  foreign: boolean;
}

interface Row {
  path: string;
  name: string;
  /** by the usual name, looked up at each row: all at once would hold up the event loop */
  named: NamedRole | null;
  delimiter: string | null;
  flags: string[];
}

/** Rows of LIST that one mailbox may have; the largest known limit of a server is 10,000 folders (Exchange). */
const MAX_FOLDERS = 10_000;
const MAX_PATH_LENGTH = 1000;
/** RFC 6154 §2: without it, a server need not give SPECIAL-USE in its answer to LIST. */
const RETURN_SPECIAL_USE = [{ type: 'ATOM', value: 'RETURN' }, [{ type: 'ATOM', value: 'SPECIAL-USE' }]];
const CLOSED = new Set(['\\noselect', '\\nonexistent']);

/**
 * Each path once, by path, and always INBOX (RFC 9051 §5.1). Rows without a usable path are left out. imapflow would
 * collect up to a million rows, and sort them in one turn of the event loop.
 * @throws MailServerFailure `too-many-folders`, after closing the connection
 */
export async function listFolders(connection: ImapConnection): Promise<Folder[]> {
  const rows = new Map<string, Row>([
    ['INBOX', { path: 'INBOX', name: 'INBOX', named: null, delimiter: null, flags: [] }],
  ]);
  let listed = 0;
  const take = (response: UntaggedResponse): void => {
    listed += 1;
    if (listed > MAX_FOLDERS) throw tooMany();
    const row = rowOf(connection.client, response);
    if (row) rows.set(row.path, row);
  };
  const { client } = connection;
  const can = (capability: string): boolean => client.capabilities.has(capability);
  const command = can('XLIST') && !can('SPECIAL-USE') ? 'XLIST' : 'LIST';
  const pattern = [can('NAMESPACE') ? (client.namespaces?.personal[0]?.prefix ?? '') : '', '*'];
  const options = can('SPECIAL-USE') && can('LIST-EXTENDED') ? RETURN_SPECIAL_USE : [];
  await connection.command(command, [...pattern, ...options], { [command]: take }).catch(async (error: unknown) => {
    if (options.length === 0 || connection.lost) throw error;
    // Some servers refuse the options that they announce.
    await connection.command(command, pattern, { [command]: take });
  });
  const all = [...rows.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const roles = rolesOf(all);
  return all.map(({ path, name, delimiter, flags }) => ({
    path,
    name,
    delimiter,
    role: roles.get(path) ?? null,
    selectable: path === 'INBOX' || !flags.some((flag) => CLOSED.has(flag.toLowerCase())),
    foreign: isForeign(client, path),
  }));
}

const tooMany = (): MailServerFailure =>
  new MailServerFailure('too-many-folders', `The server lists more than ${MAX_FOLDERS} folders`, 'incoming');

/** `* LIST (<attributes>) "<delimiter>" <path>` (RFC 9051 §7.3.1) */
function rowOf(client: ImapFlow, { attributes = [] }: UntaggedResponse): Row | null {
  const [flags, delimiter, path] = attributes;
  if (!path || Array.isArray(path) || path.value === undefined || path.value === null) return null;
  const decoded = decodePath(client, String(path.value));
  const level = delimiter && !Array.isArray(delimiter) && delimiter.value ? String(delimiter.value) : null;
  const bare = level && decoded.startsWith(level) ? decoded.slice(level.length) : decoded;
  const canonical = bare.toUpperCase() === 'INBOX' ? 'INBOX' : bare;
  if (!isPath(canonical)) return null;
  const name = level ? canonical.slice(canonical.lastIndexOf(level) + level.length) : canonical;
  return {
    path: canonical,
    name,
    named: roleOfName(name),
    delimiter: level,
    flags: Array.isArray(flags) ? flags.flatMap((flag) => (flag && 'value' in flag ? [String(flag.value)] : [])) : [],
  };
}

/** Paths that match a pattern, as `folderPath` gives it, perhaps with wildcards at its end. */
export async function listedPaths(
  connection: ImapConnection,
  command: 'LIST' | 'LSUB',
  pattern: { type: string; value: string },
): Promise<string[]> {
  const paths: string[] = [];
  const take = (response: UntaggedResponse): void => {
    const row = rowOf(connection.client, response);
    if (row) paths.push(row.path);
    if (paths.length > MAX_FOLDERS) throw tooMany();
  };
  await connection.command(command, ['', pattern], { [command]: take });
  return paths;
}

/** False for a path that no command can name: empty, or with control characters (RFC 9051 §9, `quoted`). */
export const isPath = (path: string): boolean =>
  path !== '' && path.length <= MAX_PATH_LENGTH && [...path].every((each) => each >= ' ' && each !== '\x7f');

/** By the longest prefix; a folder below no prefix is personal. */
function isForeign({ namespaces }: ImapFlow, path: string): boolean {
  if (path === 'INBOX' || !namespaces) return false;
  const longest = (spaces: NamespaceObject[] | false | undefined): number =>
    Math.max(-1, ...(spaces || []).filter((space) => lies(path, space)).map(({ prefix }) => prefix.length));
  return Math.max(longest(namespaces.other), longest(namespaces.shared)) > longest(namespaces.personal);
}

const lies = (path: string, { prefix, delimiter }: NamespaceObject): boolean =>
  path.startsWith(prefix) || `${path}${delimiter ?? ''}` === prefix;
