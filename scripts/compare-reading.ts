import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { closeMessageWorkers, openMessage } from '../src/mail/reading/message.js';
import { readHead } from '../src/mail/reading/message-head.js';
import { NOTICES } from '../src/mail/reading/protection.js';
import {
  baseName,
  filesOf,
  type Independent,
  inOneLine,
  isDamaged,
  letters,
  type Ours,
  type Person,
  plainText,
  windows,
} from './compared-fields.js';
import { ALLOWANCES, type Field } from './matters-of-taste.js';

type Reading = Record<Field, string | null>;
const FIELDS: readonly Field[] = ['subject', 'from', 'to', 'date', 'text', 'names', 'bytes'];

const withoutOurNotices = (text: string): string =>
  Object.values(NOTICES).reduce((rest, notice) => rest.replaceAll(notice, ''), text);
const person = ([name, address]: Person): string =>
  inOneLine(`${name === address ? '' : name} <${address.toLowerCase()}>`);
const addresses = (people: readonly Person[]): string =>
  people.flatMap(([, address]) => (address === '' ? [] : [address.toLowerCase()])).join(', ');

async function read(raw: Buffer): Promise<Ours> {
  const head = readHead(raw);
  const opened = await openMessage(Buffer.from(raw));
  return {
    subject: inOneLine(head.subject),
    from: head.from && [head.from.name, head.from.address],
    to: head.to.map(({ name, address }) => [name, address]),
    date: head.date,
    text: withoutOurNotices(opened.text ?? ''),
    files: opened.attachments.map(({ filename, contentType, content }) => ({
      name: inOneLine(filename),
      type: contentType,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  };
}

const ours = (our: Ours): Reading => ({
  subject: our.subject,
  from: our.from ? person(our.from) : '',
  to: addresses(our.to),
  date: our.date?.replace(/\.\d+Z$/, 'Z') ?? null,
  text: letters(our.text),
  names: our.files.map(({ name }) => name).join('\n'),
  bytes: our.files.flatMap(({ type, sha256 }) => (type.startsWith('message/') ? [] : [sha256])).join('\n'),
});

/** A name that we make for a part without one is no difference. */
function theirs(read: Independent, our: Ours): Reading {
  const files = filesOf(read);
  return {
    subject: read.subject === null ? null : inOneLine(windows(read.subject)),
    from: read.from && (read.from[0] ? person(read.from[0]) : ''),
    to: read.to && addresses(read.to),
    date: read.date,
    text: letters(windows(plainText(read))),
    names: files.map(({ name }, n) => (name === null ? (our.files[n]?.name ?? '') : baseName(name))).join('\n'),
    bytes: files.flatMap(({ kind, sha256 }) => (kind === 'message' ? [] : [sha256])).join('\n'),
  };
}

class Count {
  readonly fields = new Map<Field, number>(FIELDS.map((field) => [field, 0]));
  messages = 0;

  add(fields: readonly Field[]): void {
    if (fields.length > 0) this.messages += 1;
    for (const field of fields) this.fields.set(field, this.fields.get(field)! + 1);
  }
}

/**
 * `npm run compare:reading <folder>` compares our reading of each file of a folder with that of Python's email
 * package, and prints the share of equal fields, with and without the matters of taste. `--show` prints each
 * difference that is none. Needs python3.
 */
async function main(folder: string | undefined, show: boolean): Promise<void> {
  if (folder === undefined) throw new Error('No folder was named. Name one that holds a message in each file.');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const python = spawn('python3', [join('scripts', 'independent-reading.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const [outright, different] = [new Count(), new Count()];
  const allowed = new Map<string, number>(ALLOWANCES.map(({ name }) => [name, 0]));
  let [messages, unread] = [0, 0];
  for (const file of files) {
    python.stdin.write(`${JSON.stringify(file)}\n`);
    const { value } = await answers.next();
    const independent = JSON.parse(value as string) as Independent | { error: string };
    messages++;
    if ('error' in independent) {
      unread++;
      continue;
    }
    const our = await read(readFileSync(file));
    const [mine, other] = [ours(our), theirs(independent, our)];
    const unequal = FIELDS.filter(
      (field) => other[field] !== null && !isDamaged(other[field]) && mine[field] !== other[field],
    );
    outright.add(unequal);
    const allowances = unequal.map((field) =>
      ALLOWANCES.find(({ fields, holds }) => fields.includes(field) && holds(our, independent, field)),
    );
    for (const allowance of new Set(allowances))
      if (allowance) allowed.set(allowance.name, allowed.get(allowance.name)! + 1);
    const faults = unequal.filter((_, n) => allowances[n] === undefined);
    different.add(faults);
    for (const field of show ? faults : [])
      process.stdout.write(`${JSON.stringify({ file, field, ours: mine[field], theirs: other[field] })}\n`);
  }
  python.stdin.end();
  await once(python, 'close');
  await closeMessageWorkers();
  const share = (count: number): string => `${(100 - (100 * count) / Math.max(1, messages - unread)).toFixed(2)} %`;
  const line = (name: string, of: (count: Count) => number): string =>
    `${name}: ${share(of(outright))} equal, ${share(of(different))} with the matters of taste (${of(different)} differ)\n`;
  process.stderr.write(`${messages} messages, ${unread} of them not read by Python\n`);
  process.stderr.write(line('messages', (count) => count.messages));
  for (const field of FIELDS) process.stderr.write(line(field, (count) => count.fields.get(field)!));
  for (const [name, count] of allowed) process.stderr.write(`  ${count} messages: ${name}\n`);
}

main(process.argv[2], process.argv.includes('--show')).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
});
