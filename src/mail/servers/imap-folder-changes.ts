import { carryOut, folderPath, unlessRefused } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import { knowFolder } from './imap-internals.js';
import { folderStatuses } from './imap-status.js';
import { MailServerFailure } from './servers.js';

/**
 * CREATE, and SUBSCRIBE, because mail programs may show subscribed folders only.
 * @returns `exists` when the folder was there before, also after a killed attempt
 */
export async function createFolder(connection: ImapConnection, path: string): Promise<'created' | 'exists'> {
  let outcome: 'created' | 'exists' = 'created';
  try {
    await carryOut(connection, 'CREATE', [folderPath(connection, path)]);
  } catch (error) {
    // Older servers refuse without the code ALREADYEXISTS (RFC 5530).
    const isThere = isRefusal(error) && !connection.lost && (await folderStatuses(connection, [path])).size > 0;
    if (!isThere) throw error;
    outcome = 'exists';
  }
  await unlessRefused(connection, carryOut(connection, 'SUBSCRIBE', [folderPath(connection, path)]));
  return outcome;
}

/**
 * RENAME, with all folders below. The UIDs and UIDVALIDITY of the folders stay on usual servers. Closes the open folder
 * if it is renamed. After a killed attempt the server refuses a repetition: first look for `to` in the list.
 */
export async function renameFolder(connection: ImapConnection, from: string, to: string): Promise<void> {
  await leave(connection, from);
  await carryOut(connection, 'RENAME', [folderPath(connection, from), folderPath(connection, to)]);
  // Subscriptions are names (RFC 9051 §6.3.6): a renamed folder would disappear from mail programs.
  await unlessRefused(connection, carryOut(connection, 'UNSUBSCRIBE', [folderPath(connection, from)]));
  await unlessRefused(connection, carryOut(connection, 'SUBSCRIBE', [folderPath(connection, to)]));
}

/**
 * DELETE, with all mail in the folder: the caller checks by `folderStatuses` that it has none. Closes the open folder
 * if it is removed. Resolves also when the folder no longer exists, if the server says so (NONEXISTENT, RFC 5530).
 */
export async function removeFolder(connection: ImapConnection, path: string): Promise<void> {
  await leave(connection, path);
  try {
    await carryOut(connection, 'DELETE', [folderPath(connection, path)]);
  } catch (error) {
    if (!(error instanceof MailServerFailure) || error.code !== 'NONEXISTENT') throw error;
  }
  await unlessRefused(connection, carryOut(connection, 'UNSUBSCRIBE', [folderPath(connection, path)]));
}

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
