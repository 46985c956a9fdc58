import { carryOut, folderPath, refused, unlessRefused } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import { isPath, listedPaths } from './imap-folders.js';
import { knowFolder } from './imap-internals.js';
import { MailServerFailure } from './servers.js';

/**
 * CREATE, and SUBSCRIBE, because mail programs may show subscribed folders only.
 * @returns `exists` when the folder was there before, also after a killed attempt
 */
export async function createFolder(connection: ImapConnection, path: string): Promise<'created' | 'exists'> {
  const outcome = await carryOut(connection, 'CREATE', [folderPath(connection, path)]).then(
    () => 'created' as const,
    async (error: unknown) => {
      // Courier and older servers refuse without the code ALREADYEXISTS (RFC 5530).
      if (!isRefusal(error) || connection.lost || !(await exists(connection, path))) throw error;
      return 'exists' as const;
    },
  );
  await unlessRefused(connection, carryOut(connection, 'SUBSCRIBE', [folderPath(connection, path)]));
  return outcome;
}

/**
 * RENAME, with all folders below. UIDs and UIDVALIDITY usually stay; Courier gives the folder a new UIDVALIDITY. Closes
 * the open folder if it is renamed. After a killed attempt a repetition is refused (NONEXISTENT): first look for `to`
 * in the list.
 */
export async function renameFolder(connection: ImapConnection, from: string, to: string): Promise<void> {
  // Courier answers OK to RENAME of a folder that does not exist, and leaves half a folder under the new name.
  if (!(await exists(connection, from))) throw refused('The folder no longer exists', 'NONEXISTENT');
  if (await exists(connection, to)) throw refused('A folder with this name exists', 'ALREADYEXISTS');
  await leave(connection, from);
  const subscribed = await subscribedFrom(connection, from);
  await carryOut(connection, 'RENAME', [folderPath(connection, from), folderPath(connection, to)]);
  // Subscriptions are names (RFC 9051 §6.3.7): mail programs that show subscribed folders only would lose the folders.
  for (const path of subscribed) {
    const renamed = to + path.slice(from.length);
    await unlessRefused(connection, carryOut(connection, 'SUBSCRIBE', [folderPath(connection, renamed)]));
    await unlessRefused(connection, carryOut(connection, 'UNSUBSCRIBE', [folderPath(connection, path)]));
  }
}

/** The subscribed ones of a folder and the folders below. */
async function subscribedFrom(connection: ImapConnection, path: string): Promise<string[]> {
  const below = belowOf(connection, path);
  const pattern = { ...folderPath(connection, path), value: `${folderPath(connection, path).value}*` };
  const paths = await unlessRefused(connection, listedPaths(connection, 'LSUB', pattern));
  return (paths ?? []).filter((each) => each === path || each.startsWith(below));
}

/**
 * DELETE, with all mail in the folder: the caller checks by `folderStatuses` that it has none. Closes the open folder
 * if it is removed. Resolves also when the folder no longer exists.
 */
export async function removeFolder(connection: ImapConnection, path: string): Promise<void> {
  await leave(connection, path);
  await carryOut(connection, 'DELETE', [folderPath(connection, path)]).catch(async (error: unknown) => {
    if (!isRefusal(error) || connection.lost || (await exists(connection, path))) throw error;
  });
  await unlessRefused(connection, carryOut(connection, 'UNSUBSCRIBE', [folderPath(connection, path)]));
}

/** True if the server lists this very path, also for a folder that only contains folders. */
const exists = async (connection: ImapConnection, path: string): Promise<boolean> =>
  // A path with a wildcard may list other folders as well.
  isPath(path) && (await listedPaths(connection, 'LIST', folderPath(connection, path))).includes(path);

/** The beginning of the paths of all folders below; the path itself where the server has no hierarchy. */
const belowOf = ({ client }: ImapConnection, path: string): string =>
  `${path}${client.namespaces?.personal[0]?.delimiter || ''}`;

const isRefusal = (error: unknown): boolean =>
  error instanceof MailServerFailure && error.reason === 'refused-by-server';

/**
 * Servers refuse to change an open folder, or end the connections that have it open. Opening INBOX for reading leaves
 * it; CLOSE would expunge messages that another program marked.
 */
async function leave(connection: ImapConnection, path: string): Promise<void> {
  const { client } = connection;
  const open = client.mailbox ? client.mailbox.path : null;
  const below = belowOf(connection, path);
  if (open === null || open === 'INBOX' || !(open === path || open.startsWith(below))) return;
  knowFolder(client, 'INBOX');
  await connection.ask('The server does not open INBOX', () => client.mailboxOpen('INBOX', { readOnly: true }));
}
