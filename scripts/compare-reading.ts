import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import iconv from 'iconv-lite';
import { closeMessageWorkers, openMessage } from '../src/mail/reading/message.js';
import { readHead } from '../src/mail/reading/message-head.js';
import { NOTICES } from '../src/mail/reading/protection.js';

/** A message as `independent-reading.py` reads it; null: that reader gave up. */
interface Independent {
  subject: string | null;
  from: [name: string, address: string][] | null;
  to: [name: string, address: string][] | null;
  date: string | null;
  plain: string[];
  files: [name: string | null, type: string, sha256: string | null][];
}

type Field = 'subject' | 'from' | 'to' | 'date' | 'text' | 'names' | 'bytes';
type Reading = Record<Field, string | null>;
const FIELDS: readonly Field[] = ['subject', 'from', 'to', 'date', 'text', 'names', 'bytes'];

/** Python gave up on characters: its reading proves nothing. */
const isDamaged = (text: string): boolean => text.includes('\uFFFD') || !text.isWellFormed();
/** Windows characters with the label of ISO 8859-1, as browsers read them (WHATWG Encoding). */
const windows = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (control) => iconv.decode(Buffer.from([control.charCodeAt(0)]), 'windows-1252'));
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** Without white space and marks of quotation, which `format=flowed` moves. */
const letters = (text: string): string => text.replace(/[\s>\u00ad\u200b\ufeff]+/g, '').normalize('NFC');
const withoutOurNotices = (text: string): string =>
  Object.values(NOTICES).reduce((rest, notice) => rest.replaceAll(notice, ''), text);
/** Python lists a forwarded message as a file alone. */
const withoutForwarded = (text: string): string => text.replace(/(?:^|\n)\n?---------- \n[^]*$/, '');
const person = ([name, address]: readonly [string, string]): string =>
  inOneLine(`${name === address ? '' : name} <${address.toLowerCase()}>`);

async function ours(raw: Buffer): Promise<Reading> {
  const head = readHead(raw);
  const opened = await openMessage(Buffer.from(raw));
  const files = opened.attachments;
  return {
    subject: inOneLine(head.subject),
    from: head.from ? person([head.from.name, head.from.address]) : '',
    to: head.to.map(({ address }) => address.toLowerCase()).join(', '),
    date: head.date?.replace(/\.\d+Z$/, 'Z') ?? null,
    text: letters(withoutForwarded(withoutOurNotices(opened.text ?? ''))),
    names: files.map(({ filename }) => filename).join('\n'),
    bytes: files
      .filter(({ contentType }) => !contentType.startsWith('message/'))
      .map(({ content }) => createHash('sha256').update(content).digest('hex'))
      .join('\n'),
  };
}

function theirs(read: Independent): Reading {
  return {
    subject: read.subject === null ? null : inOneLine(windows(read.subject)),
    from: read.from && (read.from[0] ? person(read.from[0]) : ''),
    to: read.to && read.to.map(([, address]) => address.toLowerCase()).join(', '),
    date: read.date,
    text: letters(windows(read.plain.join('\n'))),
    names: read.files.map(([name]) => name ?? '').join('\n'),
    bytes: read.files.flatMap(([, , sha256]) => sha256 ?? []).join('\n'),
  };
}

/** A name that we make for a part without one is no difference. */
function sameNames(our: string, their: string): boolean {
  const [mine, other] = [our.split('\n'), their.split('\n')];
  return (
    mine.length === other.length &&
    mine.every((name, n) => name === inOneLine(other[n]!.replace(/^.*[/\\]/s, '')) || other[n] === '')
  );
}

/**
 * `npm run compare:reading <folder>` compares our reading of each file of a folder with that of Python's email
 * package, and prints the share of equal fields. `--show` prints each difference. Needs python3.
 */
async function main(folder: string | undefined, show: boolean): Promise<void> {
  if (folder === undefined) throw new Error('No folder was named. Name one that holds a message in each file.');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const python = spawn('python3', [join('scripts', 'independent-reading.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const differences = new Map<Field, number>(FIELDS.map((field) => [field, 0]));
  let [messages, equal, unread] = [0, 0, 0];
  for (const file of files) {
    python.stdin.write(`${JSON.stringify(file)}\n`);
    const { value } = await answers.next();
    const read = JSON.parse(value as string) as Independent | { error: string };
    messages++;
    if ('error' in read) {
      unread++;
      continue;
    }
    const [mine, other] = [await ours(readFileSync(file)), theirs(read)];
    const different = FIELDS.filter((field) =>
      field === 'names'
        ? !sameNames(mine.names ?? '', other.names ?? '')
        : other[field] !== null && !isDamaged(other[field]) && mine[field] !== other[field],
    );
    if (different.length === 0) equal++;
    for (const field of different) {
      differences.set(field, differences.get(field)! + 1);
      if (show) process.stdout.write(`${JSON.stringify({ file, field, ours: mine[field], theirs: other[field] })}\n`);
    }
  }
  python.stdin.end();
  await once(python, 'close');
  await closeMessageWorkers();
  const share = (count: number): string => `${((100 * count) / Math.max(1, messages - unread)).toFixed(2)} %`;
  process.stderr.write(`${messages} messages, ${unread} of them not read by Python\n`);
  process.stderr.write(`equal in every field: ${equal} (${share(equal)})\n`);
  for (const [field, count] of differences)
    process.stderr.write(`${field}: ${count} differ (${share(messages - unread - count)} equal)\n`);
}

main(process.argv[2], process.argv.includes('--show')).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
