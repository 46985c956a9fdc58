import { CommandArguments, textOf } from './command-arguments.js';
import { flagList } from './fetch-items.js';
import type { ImapSession } from './imap-session.js';
import type { StoredMessage } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { compactSet } from './sequence-set.js';

/** RFC 7162 section 3.1.3: after UNCHANGEDSINCE, messages with a later change stay, and the answer names them. */
export async function storeFlags(session: ImapSession, args: CommandArguments, byUid: boolean): Promise<string> {
  const selected = session.opened;
  session.context.faults.check('STORE', selected.folder.name);
  selected.requireWritable();
  const chosen = [...selected.choose(args.text(), byUid)];
  const unchangedSince = args.nextIsList() ? await storeModifier(session, args) : Infinity;
  const [, mode = '', silent] = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(args.text()) ?? [];
  const given = args.list().map(textOf);
  const isGiven = new Set(given.map((flag) => flag.toLowerCase()));
  const stored = chosen.filter(([{ changed }]) => changed <= unchangedSince);
  const failed = chosen.filter(([{ changed }]) => changed > unchangedSince);
  const next = (message: StoredMessage): string[] => {
    if (mode === '+') return [...message.flags, ...given];
    return mode === '-' ? [...message.flags].filter((flag) => !isGiven.has(flag.toLowerCase())) : given;
  };
  selected.folder.setAllFlags(stored.map(([message]) => [message, next(message)]));
  selected.markSent(new Set(stored.map(([message]) => message)));
  const { condstore } = session.enabled;
  for (const [message, sequence] of silent && !condstore ? [] : stored) {
    const flags = silent ? [] : [flagList(message)];
    const modseq = condstore ? [`MODSEQ (${message.changed})`] : [];
    await session.send(`* ${sequence} FETCH (${[`UID ${message.uid}`, ...flags, ...modseq].join(' ')})`);
  }
  if (failed.length === 0) return 'Store done';
  return `[MODIFIED ${compactSet(failed.map(([{ uid }, sequence]) => (byUid ? uid : sequence)))}] Some changed since`;
}

async function storeModifier(session: ImapSession, args: CommandArguments): Promise<number> {
  await session.enableCondstore();
  const modifiers = new CommandArguments([...args.list()]);
  if (modifiers.text().toUpperCase() !== 'UNCHANGEDSINCE') throw new Refusal('BAD', 'Unknown modifier');
  return modifiers.modseq();
}
