import type { ImapAttribute, ImapAttributeNode } from 'imapflow/lib/handler/types.js';
import { bodySection } from './body-section.js';
import { bodyStructure } from './body-structure.js';
import { textOf } from './command-arguments.js';
import { envelope } from './envelope.js';
import type { StoredMessage } from './mail-folder.js';
import { Refusal } from './refusal.js';
import { dateTime, literal, type Piece } from './wire.js';

export interface FetchItem {
  /** True: the item needs the bytes of the message, which a simulated fault may withhold. */
  readsMessage: boolean;
  setsSeen: boolean;
  render(message: StoredMessage): Piece[];
}

const macros: Record<string, string[]> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

/**
 * The data items of a FETCH, RFC 3501 section 6.4.5.
 * @param withModseq adds MODSEQ, as CHANGEDSINCE does (RFC 7162 section 3.1.4.1)
 */
export function fetchItems(requested: ImapAttribute[], byUid: boolean, withModseq: boolean): FetchItem[] {
  const expanded = requested.flatMap((item): ImapAttribute[] => {
    const macro = requested.length === 1 ? macros[textOf(item).toUpperCase()] : undefined;
    return macro ? macro.map((value) => ({ type: 'ATOM', value })) : [item];
  });
  const names = expanded.map((item) => textOf(item).toUpperCase());
  if (withModseq && !names.includes('MODSEQ')) expanded.push({ type: 'ATOM', value: 'MODSEQ' });
  if (byUid && !names.includes('UID')) expanded.unshift({ type: 'ATOM', value: 'UID' });
  return expanded.map((item) => fetchItem(item as ImapAttributeNode));
}

export function flagList(message: StoredMessage): string {
  return `FLAGS (${[...message.flags].join(' ')})`;
}

function fetchItem(item: ImapAttributeNode): FetchItem {
  const name = textOf(item).toUpperCase();
  if ((name === 'BODY' || name === 'BODY.PEEK') && item.section) return section(item, name === 'BODY');
  const render = plainItems[name];
  if (!render) throw new Refusal('BAD', 'Unknown fetch item');
  return {
    render,
    readsMessage: !['UID', 'FLAGS', 'MODSEQ', 'INTERNALDATE', 'RFC822.SIZE'].includes(name),
    setsSeen: name === 'RFC822' || name === 'RFC822.TEXT',
  };
}

const plainItems: Record<string, FetchItem['render']> = {
  UID: ({ uid }) => [`UID ${uid}`],
  FLAGS: (message) => [flagList(message)],
  MODSEQ: ({ changed }) => [`MODSEQ (${changed})`],
  INTERNALDATE: ({ internalDate }) => [`INTERNALDATE ${dateTime(internalDate)}`],
  'RFC822.SIZE': ({ raw }) => [`RFC822.SIZE ${raw.length}`],
  ENVELOPE: ({ mime }) => ['ENVELOPE ', ...envelope(mime)],
  BODYSTRUCTURE: ({ mime }) => ['BODYSTRUCTURE ', ...bodyStructure(mime, true)],
  BODY: ({ mime }) => ['BODY ', ...bodyStructure(mime, false)],
  RFC822: ({ raw }) => ['RFC822 ', ...literal(raw)],
  'RFC822.HEADER': ({ mime }) => ['RFC822.HEADER ', ...literal(mime.header)],
  'RFC822.TEXT': ({ mime }) => ['RFC822.TEXT ', ...literal(mime.body)],
};

function section({ section: parts = [], partial }: ImapAttributeNode, setsSeen: boolean): FetchItem {
  const [specifier = '', fieldNames] = parts.map((part) => (Array.isArray(part) ? part.map(textOf) : textOf(part))) as [
    string?,
    string[]?,
  ];
  const [offset, length] = partial ?? [];
  const label = [specifier.toUpperCase(), ...(fieldNames ? [`(${fieldNames.join(' ')})`] : [])].join(' ');
  const name = `BODY[${label}]${offset === undefined ? '' : `<${offset}>`} `;
  const render = ({ raw, mime }: StoredMessage): Piece[] => {
    const bytes = specifier ? bodySection(mime, specifier, fieldNames ?? []) : raw;
    if (!bytes) return [name, 'NIL'];
    return [name, ...literal(offset === undefined ? bytes : bytes.subarray(offset, offset + (length ?? Infinity)))];
  };
  return { readsMessage: true, setsSeen, render };
}
