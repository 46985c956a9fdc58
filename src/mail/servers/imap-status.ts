import { decodePath } from 'imapflow/lib/tools.js';
import { abilitiesOf } from './imap-abilities.js';
import { folderPath, itemOf, modseqOf, textOf, unlessRefused, word } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import { isPath } from './imap-folders.js';
import type { UntaggedResponse } from './imap-internals.js';

export interface FolderStatus {
  uidValidity: string;
  /** 1 from a server that does not tell */
  uidNext: number;
  exists: number;
  unseen: number;
  /** null: the folder has no mod-sequences (RFC 7162) */
  highestModseq: bigint | null;
}

/** Octets of the paths in one LIST; servers accept command lines of 8,000 octets. */
const MAX_PATHS_LENGTH = 6000;

/**
 * STATUS of many folders, by path: with LIST-STATUS (RFC 5819) some hundred folders in one command. A folder that the
 * server refuses or does not describe is left out.
 */
export async function folderStatuses(
  connection: ImapConnection,
  paths: readonly string[],
): Promise<Map<string, FolderStatus>> {
  const found = new Map<string, FolderStatus>();
  const asked = new Set(paths.filter(isPath));
  if (abilitiesOf(connection.client).listStatus)
    for (const group of groupsOf(connection, asked)) await listStatuses(connection, group, found);
  // LIST leaves folders out that it cannot describe; some servers announce LIST-STATUS and give no status.
  for (const path of asked) {
    const status = found.get(path) ?? (await statusOf(connection, path));
    if (status) found.set(path, status);
  }
  return found;
}

async function listStatuses(
  connection: ImapConnection,
  paths: readonly string[],
  found: Map<string, FolderStatus>,
): Promise<void> {
  const wanted = new Set(paths);
  const take = (response: UntaggedResponse): void => {
    const decoded = decodePath(connection.client, textOf(response.attributes?.[0]) ?? '');
    const path = decoded.toUpperCase() === 'INBOX' ? 'INBOX' : decoded;
    const status = read(response);
    if (status && wanted.has(path)) found.set(path, status);
  };
  const options = [word('RETURN'), [word('STATUS'), itemsOf(connection)]];
  const patterns = paths.map((path) => folderPath(connection, path));
  await unlessRefused(connection, connection.command('LIST', ['', patterns, ...options], { STATUS: take }));
}

async function statusOf(connection: ImapConnection, path: string): Promise<FolderStatus | null> {
  let status: FolderStatus | null = null;
  // The only STATUS that arrives answers this command, also where a server spells the path in another way.
  const take = (response: UntaggedResponse): void => {
    status = read(response);
  };
  const asked = connection.command('STATUS', [folderPath(connection, path), itemsOf(connection)], { STATUS: take });
  return (await unlessRefused(connection, asked)) && status;
}

/** A path with a wildcard would name other folders in LIST. */
function groupsOf(connection: ImapConnection, paths: ReadonlySet<string>): string[][] {
  const groups: string[][] = [];
  let length = Infinity;
  for (const path of paths) {
    if (/[%*]/.test(path)) continue;
    const next = Buffer.byteLength(folderPath(connection, path).value) + 3;
    if (length + next > MAX_PATHS_LENGTH) {
      groups.push([]);
      length = 0;
    }
    length += next;
    groups.at(-1)?.push(path);
  }
  return groups;
}

const itemsOf = ({ client }: ImapConnection) =>
  ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN', ...(abilitiesOf(client).condstore ? ['HIGHESTMODSEQ'] : [])].map(
    word,
  );

function read({ attributes = [] }: UntaggedResponse): FolderStatus | null {
  const number = (name: string): number | null => {
    const text = textOf(itemOf(attributes[1], name));
    return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
  };
  const [uidValidity, exists] = [number('UIDVALIDITY'), number('MESSAGES')];
  if (uidValidity === null || exists === null) return null;
  return {
    uidValidity: String(uidValidity),
    uidNext: number('UIDNEXT') || 1,
    exists,
    unseen: number('UNSEEN') ?? 0,
    highestModseq: modseqOf(textOf(itemOf(attributes[1], 'HIGHESTMODSEQ'))),
  };
}
