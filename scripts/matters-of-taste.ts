import { decodeWords } from '../src/mail/reading/encoded-words.js';
import { textOfHtml } from '../src/mail/reading/html-text.js';
import {
  baseName,
  filesOf,
  inOneLine,
  type Independent,
  type Leaf,
  letters,
  type Ours,
  plainText,
} from './compared-fields.js';

export type Field = 'subject' | 'from' | 'to' | 'date' | 'text' | 'names' | 'bytes';

/** A difference that is no fault of ours; `docs/reading-mail.md` gives the reasons. */
interface Allowance {
  name: string;
  fields: readonly Field[];
  holds: (our: Ours, their: Independent, field: Field) => boolean;
}

const bare = (text: string): string => inOneLine(text.replace(/[<>"\\]/g, ' ')).toLowerCase();
const HIDDEN = /^"?undisclosed[ -]recipients?"?(?:@.*)?$/;

const addresses = (people: readonly (readonly [string, string])[]): string[] =>
  people.map(([, address]) => address).filter((address) => address !== '');

/** Our addresses stand in the field as sent; Python left out, cut or decoded those that differ. */
function areAsWritten(our: Ours, { to, written }: Independent): boolean {
  const [mine, other] = [addresses(our.to), addresses(to ?? []).map((address) => address.toLowerCase())];
  const standsInField = (address: string): boolean => {
    const at = written.to.indexOf(address);
    return (
      at !== -1 &&
      /^[\s<>,;"]?$/.test(written.to.charAt(at - 1)) &&
      /^[\s<>,;"]?$/.test(written.to.charAt(at + address.length))
    );
  };
  const isFrom = (theirs: string, address: string): boolean =>
    address.toLowerCase().startsWith(theirs) || decodeWords(address).toLowerCase() === theirs.replaceAll('"', '');
  return mine.every(standsInField) && other.every((theirs) => mine.some((address) => isFrom(theirs, address)));
}

/** Minutes from Python's date to ours. */
const minutes = (our: Ours, their: Independent): number =>
  (Date.parse(our.date ?? '') - Date.parse(their.date ?? '')) / 60_000;

function offset(zone: string): number {
  const [, sign, hours, rest] = /([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? 60 : -60) * Number(hours) + (sign === '-' ? 1 : -1) * Number(rest);
}

/** Characters at `at` that our text has for a leaf and Python has not; undefined: the leaf must be there. */
function extra(text: string, at: number, { kind, text: theirs, behind }: Leaf): number | undefined {
  if (kind === 'message' || kind === 'tnef') return undefined;
  const candidates = kind === 'html' ? [textOfHtml(theirs ?? '')] : [theirs ?? '', behind];
  // Of an undivided multipart we may read parts.
  const rest = text.slice(at);
  if (kind === 'raw' && letters(theirs ?? '').includes(rest)) return rest.length;
  return candidates.map(letters).find((piece) => piece !== '' && text.startsWith(piece, at))?.length;
}

/**
 * Our text is the texts of the parts in their order: all plain ones, and further ones that Python does not show. Those
 * of forwarded messages, invitations and opened files are not compared; each begins with a mark of ours.
 */
function isInOrder(our: Ours, their: Independent): boolean {
  const text = letters(our.text);
  let at = 0;
  let isFree = false;
  for (const leaf of their.parts) {
    const plain = letters(leaf.text ?? '');
    if (leaf.kind === 'plain' && plain !== '') {
      const found: number = isFree ? text.indexOf(plain, at) : text.startsWith(plain, at) ? at : -1;
      if (found === -1) return false;
      [at, isFree] = [found + plain.length, false];
      const behind = letters(leaf.behind);
      if (text.startsWith(behind, at)) at += behind.length;
    } else {
      at += extra(text, at, leaf) ?? 0;
      isFree ||=
        text.startsWith('----------', at) || /^\[[A-Z]+\]/.test(text.slice(at, at + 20)) || leaf.kind === 'tnef';
    }
  }
  return isFree || at === text.length;
}

/** UTF-8 under the label of a single-byte charset. */
function isOtherwiseLabelled(our: Ours, their: Independent): boolean {
  const octets = Buffer.from(plainText(their), 'latin1');
  return letters(octets.toString()) === letters(our.text);
}

const signed = (part: Leaf, text: string): boolean =>
  part.kind === 'pkcs7' && letters(part.text ?? '').includes(letters(text).slice(0, 100));

const shownByUs = ({ kind, name, type }: Leaf, our: Ours): boolean =>
  kind === 'raw' ||
  (name === null && ['text/enriched', 'text/markdown', 'text/x-markdown'].includes(type) && our.text !== '');

const isOpened = (part: Leaf, our: Ours): boolean => part.kind === 'tnef' || signed(part, our.text);

/** Our files are those of Python, but for texts that we show, and for files that we open. */
function areFilesOf(
  our: Ours,
  their: Independent,
  equal: (mine: Ours['files'][number], other: Leaf) => boolean,
): boolean {
  const others = filesOf(their).filter((part) => !shownByUs(part, our));
  let n = 0;
  for (const other of others) {
    if (n < our.files.length && equal(our.files[n]!, other)) n += 1;
    else if (!isOpened(other, our)) return false;
    else while (n < our.files.length && !others.some((each) => equal(our.files[n]!, each))) n += 1;
  }
  return n === our.files.length;
}

const sameName = (mine: string, { name, head }: Leaf): boolean =>
  name === null ||
  mine === baseName(decodeWords(name)) ||
  (mine.length > 0 &&
    head.includes(mine) &&
    (mine.startsWith(name) || name === head.split(`/${mine}`)[0]?.split('=').at(-1)));

const runsOfEquals = (text: string): string => letters(text).replace(/(?:=|3D)+/g, '=');

export const ALLOWANCES: readonly Allowance[] = [
  {
    name: 'the header block goes on behind a line that is no header',
    fields: ['subject', 'from', 'to', 'date', 'text', 'names', 'bytes'],
    holds: (our, their, field) =>
      their.cut &&
      (field === 'text' ? letters(plainText(their)).endsWith(letters(our.text)) : filesOf(their).length === 0),
  },
  {
    name: 'encoded words beside letters',
    fields: ['subject'],
    holds: (our, { subject }) => decodeWords(subject ?? '') === our.subject,
  },
  {
    name: 'subject of at most 1,000 characters',
    fields: ['subject'],
    holds: (our, { subject }) => our.subject.length === 1000 && inOneLine(subject ?? '').startsWith(our.subject),
  },
  {
    name: 'person as written',
    fields: ['from'],
    holds: ({ from }, { written }) =>
      from !== null && bare(decodeWords(written.from)).startsWith(bare(`${from[0]} ${decodeWords(from[1])}`)),
  },
  {
    name: 'hidden recipients are none',
    fields: ['to'],
    holds: (our, { to }) =>
      addresses(our.to).length === 0 && addresses(to ?? []).every((address) => HIDDEN.test(address.toLowerCase())),
  },
  { name: 'addresses as written', fields: ['to'], holds: areAsWritten },
  {
    name: 'a name without an address',
    fields: ['to'],
    holds: (our, { to, written }) =>
      addresses(our.to).length === 0 &&
      bare(addresses(to ?? []).join(', ')) === bare(written.to) &&
      !written.to.includes('@'),
  },
  {
    name: 'a time in the afternoon',
    fields: ['date'],
    holds: (our, their) => /\dPM\b|\d PM\b/i.test(their.written.date) && Math.abs(minutes(our, their)) === 720,
  },
  {
    name: 'a zone with two signs',
    fields: ['date'],
    holds: (our, their) => {
      const zone = /[+-]{2}\d{4}/.exec(their.written.date)?.[0];
      return zone !== undefined && minutes(our, their) === offset(zone);
    },
  },
  {
    name: 'a zone behind a comment',
    fields: ['date'],
    holds: (our, their) => minutes(our, their) === offset(/\)\s*([+-]\d{4})$/.exec(their.written.date)?.[1] ?? ''),
  },
  {
    name: 'an unknown zone is UTC',
    fields: ['date'],
    holds: (our, { written }) => our.date === new Date(written.date.replace(/ \d{5}$/, ' +0000')).toISOString(),
  },
  { name: 'texts that Python does not show', fields: ['text'], holds: isInOrder },
  { name: 'UTF-8 under another label', fields: ['text'], holds: isOtherwiseLabelled },
  {
    name: 'a run of equals signs in quoted-printable',
    fields: ['text'],
    holds: (our, their) => runsOfEquals(our.text) === runsOfEquals(plainText(their)),
  },
  {
    name: 'the text of a signed file',
    fields: ['text'],
    holds: (our, their) => plainText(their) === '' && their.parts.some((part) => signed(part, our.text)),
  },
  {
    name: 'names of files in full',
    fields: ['names'],
    holds: (our, their) => areFilesOf(our, their, (mine, other) => sameName(mine.name, other)),
  },
  {
    name: 'files that stand for others, and damaged base64',
    fields: ['bytes'],
    holds: (our, their) =>
      areFilesOf(
        our,
        their,
        (mine, other) => other.kind === 'message' || mine.sha256 === other.sha256 || mine.sha256 === other.clean,
      ),
  },
];
