import type { Command } from './commands.js';
import { CommandArguments } from './command-arguments.js';
import { flagList } from './fetch-items.js';
import type { ImapSession } from './imap-session.js';
import type { MailAccount } from './mail-account.js';
import type { MailFolder } from './mail-folder.js';
import { Refusal } from './refusal.js';
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
      if (!selected || selected.readOnly) return 'Close done';
      selected.folder.remove(deletedUids(selected));
      return `${changedTo(session, selected.folder)}Close done`;
    },
  },
  CREATE: accountCommand('CREATE', (account, name) => account.create(name)),
  DELETE: accountCommand('DELETE', (account, name) => account.delete(name)),
  RENAME: accountCommand('RENAME', (account, name, args) => account.rename(name, args.folderName())),
  SUBSCRIBE: accountCommand('SUBSCRIBE', (account, name) => (account.folder(name).subscribed = true)),
  UNSUBSCRIBE: accountCommand('UNSUBSCRIBE', (account, name) => {
    const folder = account.find(name);
    // The name of a folder that no longer exists may stay subscribed, RFC 3501 section 6.3.6.
    if (folder) folder.subscribed = false;
  }),
};

/** The response code after removals, for a client with QRESYNC: RFC 7162 section 3.2.5. */
export function changedTo({ enabled }: ImapSession, { changes }: MailFolder): string {
  return enabled.qresync ? `[HIGHESTMODSEQ ${changes}] ` : '';
}

export function deletedUids(selected: SelectedFolder): Set<number> {
  return new Set(selected.folder.messages.filter(({ flags }) => flags.has('\\Deleted')).map(({ uid }) => uid));
}

function accountCommand(
  command: string,
  act: (account: MailAccount, name: string, args: CommandArguments) => unknown,
): Command {
  return {
    needs: 'login',
    run: (session, args) => {
      const name = args.folderName();
      session.context.faults.check(command, name);
      act(session.account as MailAccount, name, args);
      return 'Done';
    },
  };
}

const systemFlags = '\\Answered \\Flagged \\Deleted \\Seen \\Draft';

async function select(session: ImapSession, args: CommandArguments, readOnly: boolean): Promise<string> {
  const before = session.selected;
  session.selected = undefined;
  if (before && session.enabled.qresync) await session.send('* OK [CLOSED] Previous folder closed');
  const folder = (session.account as MailAccount).folder(args.folderName());
  const known = await knownState(session, args);
  const { faults } = session.context;
  faults.check('EXAMINE', folder.name);
  const ending = faults.ending.get(folder.name);
  if (ending === 'bye') await session.send('* BYE The folder is damaged');
  if (ending) session.close();
  const selected = new SelectedFolder(folder, readOnly);
  session.selected = selected;
  const firstUnseen = folder.messages.findIndex(({ flags }) => !flags.has('\\Seen')) + 1;
  const keywords = new Set(folder.messages.flatMap(({ flags }) => [...flags].filter((flag) => !flag.startsWith('\\'))));
  await session.send(`* FLAGS (${[systemFlags, ...keywords].join(' ')})`);
  await session.send(`* OK [PERMANENTFLAGS (${readOnly ? '' : `${systemFlags} \\*`})] Permanent flags`);
  await session.send(`* ${selected.count} EXISTS`);
  await session.send('* 0 RECENT');
  if (firstUnseen > 0) await session.send(`* OK [UNSEEN ${firstUnseen}] First unseen`);
  if (!faults.withoutUidValidity.has(folder.name))
    await session.send(`* OK [UIDVALIDITY ${folder.uidValidity}] UIDs valid`);
  await session.send(`* OK [UIDNEXT ${folder.uidNext}] Predicted next UID`);
  if (session.offers('CONDSTORE')) await session.send(`* OK [HIGHESTMODSEQ ${folder.changes}] Highest`);
  if (known?.uidValidity === folder.uidValidity) await sendChanges(session, selected, known);
  return readOnly ? '[READ-ONLY] Examine done' : '[READ-WRITE] Select done';
}

interface KnownState {
  uidValidity: number;
  modseq: number;
  /** known UIDs as a sequence set */
  uids: string;
}

/** The parameters of SELECT: CONDSTORE, or QRESYNC with the state that the client knows, RFC 7162 section 3.2.5. */
async function knownState(session: ImapSession, args: CommandArguments): Promise<KnownState | undefined> {
  if (!args.nextIsList()) return undefined;
  const parameters = new CommandArguments([...args.list()]);
  let known: KnownState | undefined;
  while (!parameters.empty) {
    const name = parameters.text().toUpperCase();
    if (name === 'CONDSTORE') {
      await session.enableCondstore();
    } else if (name === 'QRESYNC' && session.enabled.qresync) {
      const state = new CommandArguments([...parameters.list()]);
      known = { uidValidity: state.modseq(), modseq: state.modseq(), uids: '1:*' };
      // The sequence match data that may follow would only spare some UIDs in the answer.
      if (!state.empty && !state.nextIsList()) known.uids = state.text();
    } else throw new Refusal('BAD', 'Unknown parameter');
  }
  return known;
}

async function sendChanges(
  session: ImapSession,
  selected: SelectedFolder,
  { modseq, uids }: KnownState,
): Promise<void> {
  const vanished = selected.vanishedSince(modseq, uids);
  if (vanished) await session.send(`* VANISHED (EARLIER) ${vanished}`);
  for (const [message, sequence] of selected.choose(uids, true))
    if (message.changed > modseq)
      await session.send(`* ${sequence} FETCH (UID ${message.uid} ${flagList(message)} MODSEQ (${message.changed}))`);
}
