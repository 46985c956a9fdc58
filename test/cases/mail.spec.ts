import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attachment } from '../../src/mail/reading/attachments.js';
import { closeMessageWorkers, openMessage } from '../../src/mail/reading/message.js';
import { readHead } from '../../src/mail/reading/message-head.js';
import { searchTexts } from '../../src/mail/reading/message-worker.js';
import { safeHtml } from '../../src/mail/reading/safe-html.js';

interface Expected {
  subject?: string;
  from?: { name: string; address: string };
  to?: string[];
  text?: string[];
  textMatch?: string;
  html?: string[];
  search?: string[];
  dateKnown?: true;
  date?: string;
  protection?: 'signed' | 'encrypted' | null;
  attachments?: { filename?: string; filenameMatch?: string; filenameNot?: string; bytes?: string }[];
}

const folder = join(import.meta.dirname, 'mail');
const expectations = JSON.parse(readFileSync(join(folder, 'expectations.json'), 'utf8')) as Record<string, Expected>;
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => [file.slice(0, -'.eml'.length), onTheWire(readFileSync(join(folder, file)))] as const);

/** Lines end with CRLF on the wire. */
function onTheWire(file: Buffer): Buffer {
  return Buffer.from(file.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');
}

const named = ({ filename, contentType, inline }: Attachment) => ({ filename, contentType, inline });

/** Small messages, each with a fault of real mail; `expectations.json` holds the right values. */
describe('a message from the real world is shown as its sender meant it:', () => {
  afterAll(() => closeMessageWorkers());

  it.each(cases)('%s', async (name, raw) => {
    const expected = expectations[name]!;
    const head = readHead(raw);
    const opened = await openMessage(Buffer.from(raw));
    const { subject, from, to, text = [], textMatch, html = [], search = [], attachments } = expected;
    expect(opened).toMatchObject({ complete: true, parsed: true });
    if (subject !== undefined) expect(head.subject).toBe(subject);
    if (from !== undefined) expect(head.from).toEqual(from);
    if (to !== undefined) expect(head.to.map(({ address }) => address)).toEqual(to);
    if (expected.date !== undefined) expect(head.date).toBe(expected.date);
    if (expected.dateKnown) expect(head.date).not.toBeNull();
    if (expected.protection !== undefined) expect(opened.protection).toBe(expected.protection);
    for (const part of text) expect(opened.text).toContain(part);
    if (textMatch !== undefined) expect(opened.text).toMatch(new RegExp(textMatch));
    for (const part of html) expect(safeHtml(opened.html!, { images: false, cid: () => null })).toContain(part);
    const words = searchTexts({ raw, maxBytes: 10_000 }).join(' ').toLowerCase();
    for (const word of search) expect(words).toContain(word);
    expect(head.attachments.map(named)).toEqual(opened.attachments.map(named));
    if (attachments === undefined) return;
    expect(opened.attachments).toHaveLength(attachments.length);
    for (const [index, { filename, filenameMatch, filenameNot, bytes }] of attachments.entries()) {
      const file = opened.attachments[index]!;
      if (filename !== undefined) expect(file.filename).toBe(filename);
      if (filenameMatch !== undefined) expect(file.filename).toMatch(new RegExp(filenameMatch));
      if (filenameNot !== undefined) expect(file.filename).not.toContain(filenameNot);
      if (bytes !== undefined) expect(Buffer.from(file.content).toString('base64')).toBe(bytes);
    }
  });
});
