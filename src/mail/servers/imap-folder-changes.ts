import { carryOut, folderPath, refused, unlessRefused } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import { isListed, isPath } from './imap-folders.js';
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
  await carryOut(connection, 'RENAME', [folderPath(connection, from), folderPath(connection, to)]);
  // Subscriptions are names (RFC 9051 §6.3.6): a renamed folder would disappear from mail programs.
  await unlessRefused(connection, carryOut(connection, 'UNSUBSCRIBE', [folderPath(connection, from)]));
  await unlessRefused(connection, carryOut(connection, 'SUBSCRIBE', [folderPath(connection, to)]));
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

const exists = (connection: ImapConnection, path: string): Promise<boolean> =>
  isPath(path) ? isListed(connection, path) : Promise.resolve(false);

const isRefusal = (error: unknown): boolean =>
  error instanceof MailServerFailure && error.reason === 'refused-by-server';

/**
 * Servers refuse to change an open folder, or end the connections that have it open. Opening INBOX for reading leaves
 * it; CLOSE would expunge messages that another program marked.
 */
async function leave(connection: ImapConnection, path: string): Promise<void> {
  const { client } = connection;
  const open = client.mailbox ? client.mailbox.path : null;
  const below = `${path}${client.namespaces?.personal[0]?.delimiter || ''}`;
  if (open === null || open === 'INBOX' || !(open === path || open.startsWith(below))) return;
  knowFolder(client, 'INBOX');
  await connection.ask('The server does not open INBOX', () => client.mailboxOpen('INBOX', { readOnly: true }));
}
