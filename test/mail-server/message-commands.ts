import type { Command } from './commands.js';
import { textOf, type CommandArguments } from './command-arguments.js';
import { fetchItems, flagList } from './fetch-items.js';
import { deletedUids } from './folder-commands.js';
import type { ImapSession } from './imap-session.js';
import type { MailAccount } from './mail-account.js';
import type { MailFolder } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { searchCriteria } from './search-criteria.js';
import type { SelectedFolder } from './selected-folder.js';
import { compactSet, sequenceSet } from './sequence-set.js';
import { list, parseDateTime } from './wire.js';

const fetch: Command = { needs: 'folder', keepsNumbers: true, run: fetchMessages };
const store: Command = { needs: 'folder', keepsNumbers: true, run: storeFlags };
const search: Command = { needs: 'folder', keepsNumbers: true, run: searchMessages };

export const messageCommands: Record<string, Command> = {
  FETCH: fetch,
  'UID FETCH': { ...fetch, keepsNumbers: false },
  STORE: store,
  'UID STORE': { ...store, keepsNumbers: false },
  SEARCH: search,
  'UID SEARCH': { ...search, keepsNumbers: false },
  COPY: { needs: 'folder', run: copyMessages },
  'UID COPY': { needs: 'folder', run: copyMessages },
  MOVE: { needs: 'folder', run: moveMessages },
  'UID MOVE': { needs: 'folder', run: moveMessages },
  EXPUNGE: { needs: 'folder', run: (session) => expunge(selectedOf(session), () => true) },
  'UID EXPUNGE': {
    needs: 'folder',
    run: (session, args) => expunge(selectedOf(session), sequenceSet(args.text(), selectedOf(session).largestUid)),
  },
  APPEND: { needs: 'login', run: append },
};

async function fetchMessages(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = selectedOf(session);
  const { faults } = session.context;
  const { unfetchable, leftOut, invisible } = faults;
  const chosen = [...selected.choose(args.text(), byUid)].filter(([{ uid }]) => !invisible.has(uid));
  const items = fetchItems(args.list(), byUid);
  const readsMessages = items.some((item) => item.readsMessage);
  const setsSeen = !selected.readOnly && items.some((item) => item.setsSeen);
  let failed = false;
  for (const [message, sequence] of chosen) {
    if (readsMessages && faults.bodiesSent >= faults.busyAfterBodies)
      throw new Refusal('NO', '[LIMIT] Too many requests');
    if (readsMessages && unfetchable.has(message.uid)) failed = true;
    if (readsMessages && (unfetchable.has(message.uid) || leftOut.has(message.uid))) continue;
    if (readsMessages && faults.poisoned.has(message.uid)) {
      session.breakOff();
      break;
    }
    if (setsSeen) selected.folder.setFlags(message, [...message.flags, '\\Seen']);
    await session.send(`* ${sequence} FETCH `, ...list(items.map((item) => item.render(message))));
    if (readsMessages) session.countBody();
  }
  if (failed) throw new Refusal('NO', '[SERVERBUG] Some messages could not be read');
  return 'Fetch done';
}

async function storeFlags(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = selectedOf(session);
  selected.requireWritable();
  const chosen = [...selected.choose(args.text(), byUid)];
  const [, mode = '', silent] = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(args.text()) ?? [];
  const given = args.list().map(textOf);
  for (const [message, sequence] of chosen) {
    const kept = [...message.flags].filter((flag) => !given.some((each) => each.toLowerCase() === flag.toLowerCase()));
    const next = mode === '+' ? [...message.flags, ...given] : mode === '-' ? kept : given;
    selected.folder.setFlags(message, next);
    selected.markSent(message);
    if (!silent) await session.send(`* ${sequence} FETCH (UID ${message.uid} ${flagList(message)})`);
  }
  return 'Store done';
}

async function searchMessages(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = selectedOf(session);
  const { faults } = session.context;
  faults.check('SEARCH', selected.folder.name);
  if (args.includes('SINCE')) faults.check('SINCE', selected.folder.name);
  const matches = searchCriteria(args, { largestUid: selected.largestUid, count: selected.count });
  const found = [...selected.all()].filter(
    ([message, sequence]) => !faults.unsearchable.has(message.uid) && matches(message, sequence),
  );
  await session.send(['* SEARCH', ...found.map(([{ uid }, sequence]) => (byUid ? uid : sequence))].join(' '));
  return 'Search done';
}

function copyMessages(session: ImapSession, args: CommandArguments, byUid: boolean): string {
  const { copied } = copy(session, args, byUid);
  return `${copied} Copy done`.trimStart();
}

/** RFC 6851: the response with COPYUID precedes the EXPUNGE responses. */
async function moveMessages(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = selectedOf(session);
  selected.requireWritable();
  const { copied, uids } = copy(session, args, byUid);
  if (copied) await session.send(`* OK ${copied} Moved`);
  selected.folder.remove(uids);
  return 'Move done';
}

function copy(session: ImapSession, args: CommandArguments, byUid: boolean): { copied: string; uids: Set<number> } {
  const messages = [...selectedOf(session).choose(args.text(), byUid)].map(([message]) => message);
  const target = targetFolder(session, args);
  const uids = messages.map(({ uid }) => uid);
  const created = messages.map((message) => target.add(message).uid);
  const copied = uids.length === 0 ? '' : `[COPYUID ${target.uidValidity} ${compactSet(uids)} ${compactSet(created)}]`;
  return { copied, uids: new Set(uids) };
}

function expunge(selected: SelectedFolder, within: (uid: number) => boolean): string {
  selected.requireWritable();
  selected.folder.remove(new Set([...deletedUids(selected)].filter(within)));
  return 'Expunge done';
}

function append(session: ImapSession, args: CommandArguments): string {
  const target = targetFolder(session, args);
  const flags = args.nextIsList() ? args.list().map(textOf) : [];
  const dateOrMessage = args.bytes();
  const internalDate = args.empty ? new Date() : parseDateTime(dateOrMessage.toString('latin1'));
  if (Number.isNaN(internalDate.getTime())) throw new Refusal('BAD', 'Invalid date');
  const { uid } = target.add({ raw: args.empty ? dateOrMessage : args.bytes(), flags, internalDate });
  return `[APPENDUID ${target.uidValidity} ${uid}] Append done`;
}

function targetFolder({ account }: ImapSession, args: CommandArguments): MailFolder {
  const folder = (account as MailAccount).find(args.folderName());
  if (!folder) throw new Refusal('NO', '[TRYCREATE] No such folder');
  return folder;
}

function selectedOf({ selected }: ImapSession): SelectedFolder {
  return selected as SelectedFolder;
}
