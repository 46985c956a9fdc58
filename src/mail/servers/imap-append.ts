import { refused } from './imap-commands.js';
import type { ImapConnection } from './imap-connection.js';

/** Place of a stored message; null: the server does not tell it (RFC 4315, APPENDUID). */
export type Appended = { uidValidity: string; uid: number } | null;

/**
 * APPEND: stores a message with these flags and this INTERNALDATE. A repetition stores it again: the caller looks for
 * the message first.
 * @throws MailServerFailure `refused-by-server`, with the code of the server such as `OVERQUOTA`
 */
export async function appendMessage(
  connection: ImapConnection,
  path: string,
  raw: Buffer,
  { flags, receivedAt }: { flags: readonly string[]; receivedAt: Date },
): Promise<Appended> {
  const limit = connection.client.capabilities.get('APPENDLIMIT');
  if (typeof limit === 'number' && limit < raw.length)
    throw refused(`The server stores messages of at most ${limit} bytes`, 'APPENDLIMIT');
  const { uidValidity, uid } = await connection.ask('The server does not store the message', () =>
    connection.client.append(path, raw, [...flags], receivedAt),
  );
  return uidValidity && uid ? { uidValidity: String(uidValidity), uid } : null;
}
