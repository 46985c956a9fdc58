import type { Command } from './commands.js';
import { CommandArguments, textOf } from './command-arguments.js';
import { fetchItems } from './fetch-items.js';
import { changedTo, deletedUids } from './folder-commands.js';
import type { ImapSession } from './imap-session.js';
import type { MailAccount } from './mail-account.js';
import type { MailFolder } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { searchCriteria } from './search-criteria.js';
import { compactSet, sequenceSet } from './sequence-set.js';
import { storeFlags } from './store-flags.js';
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
  MOVE: { needs: 'folder', extension: 'MOVE', run: moveMessages },
  'UID MOVE': { needs: 'folder', extension: 'MOVE', run: moveMessages },
  EXPUNGE: { needs: 'folder', run: (session) => expunge(session, () => true) },
  'UID EXPUNGE': {
    needs: 'folder',
    extension: 'UIDPLUS',
    run: (session, args) => expunge(session, sequenceSet(args.text(), session.opened.largestUid)),
  },
  APPEND: { needs: 'login', run: append },
};

interface FetchModifiers {
  since?: number;
  vanished?: boolean;
}

/** CHANGEDSINCE and VANISHED of a FETCH, RFC 7162 sections 3.1.4.1 and 3.2.6. */
async function fetchModifiers(session: ImapSession, args: CommandArguments): Promise<FetchModifiers> {
  if (args.empty) return {};
  await session.enableCondstore();
  const modifiers = new CommandArguments([...args.list()]);
  const found: FetchModifiers = {};
  while (!modifiers.empty) {
    const name = modifiers.text().toUpperCase();
    if (name === 'CHANGEDSINCE') found.since = modifiers.modseq();
    else if (name === 'VANISHED' && session.enabled.qresync) found.vanished = true;
    else throw new Refusal('BAD', 'Unknown modifier');
  }
  return found;
}

async function fetchMessages(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = session.opened;
  const { faults } = session.context;
  const { unfetchable, leftOut, invisible } = faults;
  const set = args.text();
  const requested = args.list();
  const { since, vanished } = await fetchModifiers(session, args);
  const chosen = [...selected.choose(set, byUid)].filter(
    ([{ uid, changed }]) => !invisible.has(uid) && changed > (since ?? -1),
  );
  if (requested.some((item) => textOf(item).toUpperCase() === 'MODSEQ')) await session.enableCondstore();
  const items = fetchItems(requested, byUid, since !== undefined);
  if (vanished) {
    const uids = selected.vanishedSince(since ?? 0, set);
    if (uids) await session.send(`* VANISHED (EARLIER) ${uids}`);
  }
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

async function searchMessages(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = session.opened;
  const { faults } = session.context;
  faults.check('SEARCH', selected.folder.name);
  if (args.includes('SINCE')) faults.check('SINCE', selected.folder.name);
  const withModseq = args.includes('MODSEQ');
  if (withModseq) await session.enableCondstore();
  const matches = searchCriteria(args, { largestUid: selected.largestUid, count: selected.count });
  const found = [...selected.all()].filter(
    ([message, sequence]) => !faults.unsearchable.has(message.uid) && matches(message, sequence),
  );
  const numbers = found.map(([{ uid }, sequence]) => (byUid ? uid : sequence));
  const highest = found.reduce((most, [{ changed }]) => Math.max(most, changed), 0);
  await session.send(['* SEARCH', ...numbers, ...(withModseq && highest > 0 ? [`(MODSEQ ${highest})`] : [])].join(' '));
  return 'Search done';
}

function copyMessages(session: ImapSession, args: CommandArguments, byUid: boolean): string {
  session.context.faults.check('COPY', session.opened.folder.name);
  const { copied } = copy(session, args, byUid);
  return `${copied} Copy done`.trimStart();
}

/** RFC 6851: the response with COPYUID precedes the EXPUNGE responses. */
async function moveMessages(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = session.opened;
  session.context.faults.check('MOVE', selected.folder.name);
  selected.requireWritable();
  const { copied, uids } = copy(session, args, byUid);
  if (copied) await session.send(`* OK ${copied} Moved`);
  selected.folder.remove(uids);
  return `${changedTo(session, selected.folder)}Move done`;
}

function copy(session: ImapSession, args: CommandArguments, byUid: boolean): { copied: string; uids: Set<number> } {
  const selected = session.opened;
  const messages = [...selected.choose(args.text(), byUid)].map(([message]) => message);
  selected.requirePresent(messages);
  const target = targetFolder(session, args);
  const uids = messages.map(({ uid }) => uid);
  if (uids.length === 0) return { copied: '', uids: new Set() };
  const created = target.addAll(messages).map(({ uid }) => uid);
  const copied = `[COPYUID ${target.uidValidity} ${compactSet(uids)} ${compactSet(created)}]`;
  return { copied: session.offers('UIDPLUS') ? copied : '', uids: new Set(uids) };
}

function expunge(session: ImapSession, within: (uid: number) => boolean): string {
  const selected = session.opened;
  session.context.faults.check('EXPUNGE', selected.folder.name);
  selected.requireWritable();
  selected.folder.remove(new Set([...deletedUids(selected)].filter(within)));
  return `${changedTo(session, selected.folder)}Expunge done`;
}

function append(session: ImapSession, args: CommandArguments): string {
  const target = targetFolder(session, args);
  session.context.faults.check('APPEND', target.name);
  const flags = args.nextIsList() ? args.list().map(textOf) : [];
  const dateOrMessage = args.bytes();
  const internalDate = args.empty ? new Date() : parseDateTime(dateOrMessage.toString('latin1'));
  if (Number.isNaN(internalDate.getTime())) throw new Refusal('BAD', 'Invalid date');
  const { uid } = target.add({ raw: args.empty ? dateOrMessage : args.bytes(), flags, internalDate });
  return `${session.offers('UIDPLUS') ? `[APPENDUID ${target.uidValidity} ${uid}] ` : ''}Append done`;
}

function targetFolder({ account }: ImapSession, args: CommandArguments): MailFolder {
  const folder = (account as MailAccount).find(args.folderName());
  if (!folder) throw new Refusal('NO', '[TRYCREATE] No such folder');
  return folder;
}
