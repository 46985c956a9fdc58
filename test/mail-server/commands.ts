import type { Extension } from './capabilities.js';
import type { CommandArguments } from './command-arguments.js';
import { folderCommands } from './folder-commands.js';
import type { ImapSession } from './imap-session.js';
import { listCommands } from './list-commands.js';
import { messageCommands } from './message-commands.js';
import { sessionCommands } from './session-commands.js';

export interface Command {
  needs?: 'login' | 'folder';
  /** true: the answer contains no EXPUNGE, so sequence numbers stay, RFC 3501 section 7.4.1 */
  keepsNumbers?: boolean;
  /** true: the arguments are credentials and are not recorded */
  secret?: boolean;
  /** without this extension the command is unknown */
  extension?: Extension;
  /** @returns the text after the tagged OK. @throws Refusal for a tagged NO or BAD */
  run(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> | string;
}

export const commands: Readonly<Record<string, Command>> = {
  ...sessionCommands,
  ...listCommands,
  ...folderCommands,
  ...messageCommands,
};
