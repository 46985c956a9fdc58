import type { Command } from './commands.js';
import { textOf, type CommandArguments } from './command-arguments.js';
import { decodeFolderName, encodeFolderName } from './folder-name.js';
import type { ImapSession } from './imap-session.js';
import { delimiter, type MailAccount } from './mail-account.js';
import type { MailFolder } from './mail-folder.js';
import { string } from './wire.js';

export const listCommands: Record<string, Command> = {
  LIST: { needs: 'login', run: listFolders },
  LSUB: {
    needs: 'login',
    run: async (session, args) => {
      const matches = namePattern(args.folderName() + args.folderName());
      for (const folder of accountOf(session).folders()) {
        if (folder.subscribed && matches(folder.name)) await session.send('* LSUB () "/" ', ...quotedName(folder));
      }
      return 'Lsub done';
    },
  },
  STATUS: {
    needs: 'login',
    run: async (session, args) => {
      const folder = accountOf(session).folder(args.folderName());
      session.context.faults.check('STATUS', folder.name);
      await sendStatus(session, folder, args.list().map(textOf));
      return 'Status done';
    },
  },
};

/** LIST with the options of RFC 5258, RFC 5819 and RFC 6154. */
async function listFolders(session: ImapSession, args: CommandArguments): Promise<string> {
  const account = accountOf(session);
  const only = optionsOf(args.nextIsList() ? args.list().map(textOf) : []);
  const reference = args.folderName();
  const patterns = args.list().map((pattern) => decodeFolderName(textOf(pattern)));
  if (patterns.length === 1 && patterns[0] === '') {
    await session.send('* LIST (\\Noselect) "/" ""');
    return 'List done';
  }
  if (args.nextText()?.toUpperCase() === 'RETURN') args.next();
  const returned = args.empty ? [] : args.list();
  const also = optionsOf(returned.filter((each) => !Array.isArray(each)).map(textOf));
  const statusItems = returned.find((each) => Array.isArray(each));
  if (statusItems) session.require('LIST-STATUS');
  const matching = patterns.map((pattern) => namePattern(reference + pattern));
  for (const folder of account.folders().filter(({ name }) => matching.some((matches) => matches(name)))) {
    if ((only.has('SUBSCRIBED') && !folder.subscribed) || (only.has('SPECIAL-USE') && !folder.role)) continue;
    await session.send(`* LIST (${attributes(account, folder, only, also)}) "/" `, ...quotedName(folder));
    // RFC 5819 section 2: a folder without a readable status has none in the answer.
    if (statusItems && !session.context.faults.refuses('STATUS', folder.name))
      await sendStatus(session, folder, statusItems.map(textOf));
  }
  for (const row of patterns.includes('*') ? session.context.faults.listRows : []) {
    if (session.ended) break;
    await session.send(row);
  }
  return 'List done';
}

function attributes(account: MailAccount, folder: MailFolder, only: Set<string>, also: Set<string>): string {
  const subscribed = folder.subscribed && (only.has('SUBSCRIBED') || also.has('SUBSCRIBED'));
  const children = account.hasChildren(folder) ? '\\HasChildren' : '\\HasNoChildren';
  return [children, ...(subscribed ? ['\\Subscribed'] : []), ...(folder.role ? [folder.role] : [])].join(' ');
}

async function sendStatus(session: ImapSession, folder: MailFolder, items: string[]): Promise<void> {
  const { messages, uidNext, uidValidity, changes } = folder;
  const values: Record<string, () => number> = {
    MESSAGES: () => messages.length,
    RECENT: () => 0,
    UIDNEXT: () => uidNext,
    UIDVALIDITY: () => uidValidity,
    ...(session.offers('CONDSTORE') ? { HIGHESTMODSEQ: () => changes } : {}),
    UNSEEN: () => messages.filter(({ flags }) => !flags.has('\\Seen')).length,
  };
  const names = items.map((item) => item.toUpperCase());
  if (names.includes('HIGHESTMODSEQ') && session.offers('CONDSTORE')) await session.enableCondstore();
  const known = names.flatMap((name) => (values[name] ? [`${name} ${values[name]()}`] : []));
  await session.send('* STATUS ', ...quotedName(folder), ` (${known.join(' ')})`);
}

const optionsOf = (options: string[]) => new Set(options.map((option) => option.toUpperCase()));

/** `%` matches within one level, `*` across levels, RFC 3501 section 6.3.8. */
function namePattern(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*|%/g, (wild) => (wild === '*' ? '.*' : `[^${delimiter}]*`));
  const exact = new RegExp(`^${source}$`);
  return (name) => exact.test(name) || (name === 'INBOX' && pattern.toUpperCase() === 'INBOX');
}

const quotedName = (folder: MailFolder) => string(encodeFolderName(folder.name));

function accountOf({ account }: ImapSession): MailAccount {
  return account as MailAccount;
}
