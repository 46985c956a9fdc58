import { isFlag } from './flag-names.js';
import { carryOut, refused, requireWritable, uidSet, word } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';
import { commandSets } from './uid-set.js';

export interface Marks {
  add?: readonly string[];
  remove?: readonly string[];
}

/**
 * STORE +FLAGS.SILENT and -FLAGS.SILENT. Flags that are not named stay. A repetition changes nothing more; UIDs that no
 * longer exist are passed over.
 * @throws MailServerFailure `refused-by-server`, also before the first command for a flag that the folder does not
 * keep: a server would answer OK and forget the flag (RFC 9051 §7.1, PERMANENTFLAGS)
 */
export async function markMessages(
  connection: ImapConnection,
  uids: readonly number[],
  { add = [], remove = [] }: Marks,
): Promise<void> {
  requireWritable(connection);
  for (const flag of [...add, ...remove]) if (!isFlag(flag)) throw refused(`Not a flag: ${JSON.stringify(flag)}`);
  for (const flag of add) if (!keepsFlag(connection, flag)) throw refused(`The folder does not keep the flag ${flag}`);
  for (const set of commandSets(uids)) {
    await storeFlags(connection, set, '+FLAGS.SILENT', add);
    await storeFlags(connection, set, '-FLAGS.SILENT', remove);
  }
}

/** True if the open folder keeps this flag beyond the session; true also when the server does not tell. */
export function keepsFlag({ client }: ImapConnection, flag: string): boolean {
  const kept = client.mailbox ? client.mailbox.permanentFlags : undefined;
  if (!kept || (kept.has('\\*') && !flag.startsWith('\\'))) return true;
  return [...kept].some((each) => each.toLowerCase() === flag.toLowerCase());
}

export async function storeFlags(
  connection: ImapConnection,
  set: string,
  change: '+FLAGS.SILENT' | '-FLAGS.SILENT',
  flags: readonly string[],
): Promise<void> {
  if (flags.length > 0) await carryOut(connection, 'UID STORE', [uidSet(set), word(change), flags.map(word)]);
}
