import type { ImapAttribute } from 'imapflow/lib/handler/types.js';
import { CommandArguments } from './command-arguments.js';
import type { StoredMessage } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { isSequenceSet, sequenceSet } from './sequence-set.js';
import { parseDateTime } from './wire.js';

type Criterion = (message: StoredMessage, sequence: number) => boolean;

export interface Searched {
  largestUid: number;
  count: number;
}

/**
 * Reads all remaining search keys; a message must match each of them, RFC 3501 section 6.4.4.
 * Text keys search the raw bytes, without decoding.
 */
export function searchCriteria(keys: CommandArguments, searched: Searched): Criterion {
  const criteria: Criterion[] = [];
  while (!keys.empty) criteria.push(criterion(keys, searched));
  return (message, sequence) => criteria.every((each) => each(message, sequence));
}

function criterion(keys: CommandArguments, searched: Searched): Criterion {
  const argument: ImapAttribute = keys.next();
  if (Array.isArray(argument)) return searchCriteria(new CommandArguments([...argument]), searched);
  const key = String(argument?.value ?? '').toUpperCase();
  if (isSequenceSet(key)) {
    const within = sequenceSet(key, searched.count);
    return (_, sequence) => within(sequence);
  }
  const flag = flagKeys[key];
  if (flag) return (message) => message.flags.has(flag);
  const unsetFlag = key.startsWith('UN') ? flagKeys[key.slice(2)] : undefined;
  if (unsetFlag) return (message) => !message.flags.has(unsetFlag);
  const build = otherKeys[key];
  if (!build) throw new Refusal('BAD', 'Unknown search key');
  return build(keys, searched);
}

const flagKeys: Record<string, string> = {
  SEEN: '\\Seen',
  ANSWERED: '\\Answered',
  FLAGGED: '\\Flagged',
  DELETED: '\\Deleted',
  DRAFT: '\\Draft',
};

const otherKeys: Record<string, (keys: CommandArguments, searched: Searched) => Criterion> = {
  ALL: () => () => true,
  NEW: () => () => false,
  OLD: () => () => true,
  RECENT: () => () => false,
  CHARSET: (keys) => {
    keys.next();
    return () => true;
  },
  UID: (keys, { largestUid }) => {
    const within = sequenceSet(keys.text(), largestUid);
    return ({ uid }) => within(uid);
  },
  NOT: (keys, searched) => {
    const inner = criterion(keys, searched);
    return (message, sequence) => !inner(message, sequence);
  },
  OR: (keys, searched) => {
    const [one, other] = [criterion(keys, searched), criterion(keys, searched)];
    return (message, sequence) => one(message, sequence) || other(message, sequence);
  },
  SINCE: (keys) => onDay(keys, (day, given) => day >= given),
  BEFORE: (keys) => onDay(keys, (day, given) => day < given),
  ON: (keys) => onDay(keys, (day, given) => day === given),
  LARGER: (keys) => bySize(keys, (size, given) => size > given),
  SMALLER: (keys) => bySize(keys, (size, given) => size < given),
  KEYWORD: (keys) => byKeyword(keys, true),
  MODSEQ: (keys) => {
    // Entry name and type may precede the number (RFC 7162 section 3.1.5).
    if (keys.nextText()?.startsWith('/')) for (const _ of ['name', 'type']) keys.next();
    const least = keys.modseq();
    return ({ changed }) => changed >= least;
  },
  UNKEYWORD: (keys) => byKeyword(keys, false),
  HEADER: (keys) => inField(keys.text(), keys.text()),
  FROM: (keys) => inField('from', keys.text()),
  TO: (keys) => inField('to', keys.text()),
  CC: (keys) => inField('cc', keys.text()),
  BCC: (keys) => inField('bcc', keys.text()),
  SUBJECT: (keys) => inField('subject', keys.text()),
  BODY: (keys) => inBytes(keys, ({ mime }) => mime.body),
  TEXT: (keys) => inBytes(keys, ({ raw }) => raw),
};

function onDay(keys: CommandArguments, matches: (day: string, given: string) => boolean): Criterion {
  const given = parseDateTime(keys.text());
  if (Number.isNaN(given.getTime())) throw new Refusal('BAD', 'Invalid date');
  return ({ internalDate }) => matches(internalDate.toISOString().slice(0, 10), given.toISOString().slice(0, 10));
}

function bySize(keys: CommandArguments, matches: (size: number, given: number) => boolean): Criterion {
  const given = Number(keys.text());
  return ({ raw }) => matches(raw.length, given);
}

function byKeyword(keys: CommandArguments, wanted: boolean): Criterion {
  const keyword = keys.text().toLowerCase();
  return ({ flags }) => [...flags].some((flag) => flag.toLowerCase() === keyword) === wanted;
}

function inField(name: string, sought: string): Criterion {
  const part = asBytes(sought);
  return ({ mime }) =>
    mime.fields.some(
      (each) => each.name.toLowerCase() === name.toLowerCase() && each.value.toLowerCase().includes(part),
    );
}

function inBytes(keys: CommandArguments, bytes: (message: StoredMessage) => Buffer): Criterion {
  const part = asBytes(keys.text());
  return (message) => bytes(message).toString('latin1').toLowerCase().includes(part);
}

const asBytes = (text: string) => Buffer.from(text).toString('latin1').toLowerCase();
