import type { CommandArguments } from './command-arguments.js';
import { folderCommands } from './folder-commands.js';
import type { ImapSession } from './imap-session.js';
import { listCommands } from './list-commands.js';
import { messageCommands } from './message-commands.js';
import { sessionCommands } from './session-commands.js';

export interface Command {
  needs?: 'login' | 'folder';
  /** Sequence numbers must not move while it is answered, RFC 3501 section 7.4.1. */
  keepsNumbers?: boolean;
  /** Its arguments are credentials. */
  secret?: boolean;
  /** Answers what follows the tagged OK. */
  run(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> | string;
}

export const commands: Readonly<Record<string, Command>> = {
  ...sessionCommands,
  ...listCommands,
  ...folderCommands,
  ...messageCommands,
};
