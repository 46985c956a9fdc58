import { encodePath } from 'imapflow/lib/tools.js';
import type { ImapConnection } from './imap-connection.js';
import { isPath } from './imap-folders.js';
import type { TaggedResponse, UntaggedResponse } from './imap-internals.js';
import { MailServerFailure } from './servers.js';

/** Parts of a command, as imapflow compiles them: it quotes a word with other characters than those of an atom. */
export const word = (value: string) => ({ type: 'ATOM', value });
export const uidSet = (value: string) => ({ type: 'SEQUENCE', value });
/**
 * A path as a quoted string: in modified UTF-7, or in UTF-8 after `ENABLE UTF8=ACCEPT`.
 * @throws MailServerFailure `refused-by-server` for a path that no folder has, such as one with a line break
 */
export function folderPath({ client }: ImapConnection, path: string) {
  if (!isPath(path)) throw refused('No folder can have this name');
  return { type: 'STRING', value: encodePath(client, path) };
}

export const refused = (words: string, code?: string): MailServerFailure =>
  new MailServerFailure('refused-by-server', words, 'incoming', undefined, code);

/** Dovecot answers OK to STORE in a folder opened for reading, and stores nothing. */
export function requireWritable({ client }: ImapConnection): void {
  if (client.mailbox && client.mailbox.readOnly) throw refused('The folder is open for reading only', 'READ-ONLY');
}

/**
 * Runs a command that changes something. When it names messages that another program has just expunged, some servers
 * refuse all of it (EXPUNGEISSUED, RFC 5530); after NOOP they know, and the command is sent again, once.
 */
export async function carryOut(
  connection: ImapConnection,
  name: string,
  attributes: readonly unknown[],
  on: Record<string, (response: UntaggedResponse) => void> = {},
): Promise<TaggedResponse> {
  try {
    return await carryOutOnce(connection, name, attributes, on);
  } catch (error) {
    if (!(error instanceof MailServerFailure) || error.code !== 'EXPUNGEISSUED') throw error;
    await connection.command('NOOP', [], {});
    return carryOutOnce(connection, name, attributes, on);
  }
}

async function carryOutOnce(
  connection: ImapConnection,
  name: string,
  attributes: readonly unknown[],
  on: Record<string, (response: UntaggedResponse) => void>,
): Promise<TaggedResponse> {
  const response = await connection.command(name, attributes, on);
  if (response.command?.toUpperCase() === 'OK') return response;
  // imapflow takes this one NO for success; after such an answer to COPY, nothing was copied.
  throw refused('Some of the messages no longer exist', 'EXPUNGEISSUED');
}

/** Null when the server refuses; any other failure is thrown. */
export async function unlessRefused<T>(connection: ImapConnection, asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MailServerFailure && error.reason === 'refused-by-server' && !connection.lost) return null;
    throw error;
  }
}

/** The value after a name in a list of names and values, such as the items of FETCH or STATUS. */
export function itemOf(items: unknown, name: string): ItemValue | undefined {
  if (!Array.isArray(items)) return undefined;
  const at = items.findIndex((item: ItemValue) => item && 'value' in item && String(item.value).toUpperCase() === name);
  return at < 0 ? undefined : (items[at + 1] as ItemValue);
}

type Attributes = NonNullable<UntaggedResponse['attributes']>;
type ItemValue = Attributes[number];

export const textOf = (item: ItemValue | undefined): string | undefined =>
  item && !Array.isArray(item) && item.value !== undefined && item.value !== null ? String(item.value) : undefined;

export const isUid = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= 0xffff_ffff;

/** A mod-sequence: 63 bits (RFC 7162 §3.1). Zero stands for a folder without mod-sequences. */
export const modseqOf = (text: string | undefined): bigint | null =>
  text !== undefined && /^[1-9]\d{0,18}$/.test(text) ? BigInt(text) : null;
