import type { Command } from './commands.js';
import type { CommandArguments } from './command-arguments.js';
import type { ImapSession } from './imap-session.js';
import type { MailAccount } from './mail-account.js';
import { SelectedFolder } from './selected-folder.js';

export const folderCommands: Record<string, Command> = {
  SELECT: { needs: 'login', run: (session, args) => select(session, args, false) },
  EXAMINE: { needs: 'login', run: (session, args) => select(session, args, true) },
  UNSELECT: {
    needs: 'folder',
    run: (session) => {
      session.selected = undefined;
      return 'Unselect done';
    },
  },
  CLOSE: {
    needs: 'folder',
    run: (session) => {
      const { selected } = session;
      session.selected = undefined;
      if (!selected?.readOnly) selected?.folder.remove(deletedUids(selected));
      return 'Close done';
    },
  },
  CREATE: accountCommand((account, args) => account.create(args.folderName())),
  DELETE: accountCommand((account, args) => account.delete(args.folderName())),
  RENAME: accountCommand((account, args) => account.rename(args.folderName(), args.folderName())),
  SUBSCRIBE: accountCommand((account, args) => (account.folder(args.folderName()).subscribed = true)),
  UNSUBSCRIBE: accountCommand((account, args) => (account.folder(args.folderName()).subscribed = false)),
};

export function deletedUids(selected: SelectedFolder): Set<number> {
  return new Set(selected.folder.messages.filter(({ flags }) => flags.has('\\Deleted')).map(({ uid }) => uid));
}

function accountCommand(act: (account: MailAccount, args: CommandArguments) => unknown): Command {
  return {
    needs: 'login',
    run: (session, args) => {
      act(session.account as MailAccount, args);
      return 'Done';
    },
  };
}

const systemFlags = '\\Answered \\Flagged \\Deleted \\Seen \\Draft';

async function select(session: ImapSession, args: CommandArguments, readOnly: boolean): Promise<string> {
  session.selected = undefined;
  const folder = (session.account as MailAccount).folder(args.folderName());
  const { faults } = session.context;
  faults.check('EXAMINE', folder.name);
  const ending = faults.ending.get(folder.name);
  if (ending === 'bye') await session.send('* BYE The folder is damaged');
  if (ending) session.close();
  const selected = new SelectedFolder(folder, readOnly);
  session.selected = selected;
  const firstUnseen = folder.messages.findIndex(({ flags }) => !flags.has('\\Seen')) + 1;
  await session.send(`* FLAGS (${systemFlags})`);
  await session.send(`* OK [PERMANENTFLAGS (${readOnly ? '' : `${systemFlags} \\*`})] Permanent flags`);
  await session.send(`* ${selected.count} EXISTS`);
  await session.send('* 0 RECENT');
  if (firstUnseen > 0) await session.send(`* OK [UNSEEN ${firstUnseen}] First unseen`);
  if (!faults.withoutUidValidity.has(folder.name))
    await session.send(`* OK [UIDVALIDITY ${folder.uidValidity}] UIDs valid`);
  await session.send(`* OK [UIDNEXT ${folder.uidNext}] Predicted next UID`);
  return readOnly ? '[READ-ONLY] Examine done' : '[READ-WRITE] Select done';
}
