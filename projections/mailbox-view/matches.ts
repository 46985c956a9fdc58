import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { EXTRACT_LENGTH, extractOf, type Needle, type Piece } from '../../src/mail/reading/extract.js';
import { MessageReader } from '../../src/mail/reading/message-reader.js';
import { type Field, isFile } from '../mail-search/search-document.js';
import { wantedBy, type Wanted } from '../mail-search/search-needles.js';
import type { MessageRow } from './mailbox-tables.js';
import { RawMessages } from './raw-messages.js';

/** Texts of one page that are read, and their bounds. */
const MOST_READ = 50;
const MOST_BYTES = 10 * 1024 * 1024;
const SIDE_BY_SIDE = 4;
const TIME_MS = 1500;
/** Of an extract, for the row if the text has a part too. */
const ROW_LENGTH = 60;
const MOST_PEOPLE = 20;
const OMISSION: Piece = { text: ' … ', hit: false };

type Row = Pick<MessageRow, 'id' | 'hash' | 'size' | 'content'>;

/** Extracts that show why a search found a message. */
@Injectable()
export class Matches {
  constructor(
    @Inject(RawMessages) private readonly raws: Pick<RawMessages, 'sealed'>,
    @Inject(MessageReader) private readonly reader: Pick<MessageReader, 'extract'>,
  ) {}

  /**
   * An extract of each message: from its row, which costs little, and, if that lacks words of the search, from its
   * text, which a thread reads in the caller's turn. A text that is not read within the limits has none.
   * @param q as in `search-syntax.ts`
   */
  async of(q: string, rows: readonly Row[], caller: string): Promise<(Piece[] | null)[]> {
    const wanted = wantedBy(q);
    const extracts = rows.map((row) => fromRow(row, wanted));
    const limit = pLimit(SIDE_BY_SIDE);
    const reading = extracts
      .map((extract, n) => ({ extract, row: rows[n]! }))
      .filter(({ extract, row }) => extract.left.length > 0 && row.size <= MOST_BYTES)
      .slice(0, MOST_READ)
      .map(({ extract, row }) =>
        limit(async () => {
          const text = await this.fromText(row, extract.left, caller);
          if (text.length > 0) extract.pieces = joined(extract.pieces, text);
        }),
      );
    const ended = new AbortController();
    await Promise.race([
      Promise.all(reading),
      pause(TIME_MS, undefined, { ref: false, signal: ended.signal }).catch(() => undefined),
    ]);
    ended.abort();
    limit.clearQueue();
    return extracts.map(({ pieces }) => (pieces.length > 0 ? pieces : null));
  }

  private async fromText({ id, hash }: Row, needles: Needle[], caller: string): Promise<Piece[]> {
    try {
      const blob = await this.raws.sealed({ id, hash });
      return typeof blob === 'string' ? [] : await this.reader.extract(blob, needles, { caller, timeMs: TIME_MS });
    } catch {
      // The list is complete without the extract, and other readers report the failure.
      return [];
    }
  }
}

interface Extract {
  pieces: Piece[];
  /** needles that only the text may have */
  left: Needle[];
}

function fromRow({ content }: Row, { needles, attachment }: Wanted): Extract {
  const sources = sourcesOf(content, attachment);
  const whole = collected(sources, needles, EXTRACT_LENGTH);
  return whole.left.length === 0 ? whole : collected(sources, needles, ROW_LENGTH);
}

interface Source {
  text: string;
  field?: Field;
  /** found by `has:attachment` */
  isFile?: boolean;
}

function sourcesOf(content: Row['content'], attachment: boolean): Source[] {
  const { subject, from, to, cc, replyTo, attachments, preview } = content;
  const person = (field?: Field) => (each: { name: string; address: string }) => ({
    text: `${each.name} ${each.address}`.trim(),
    ...(field && { field }),
  });
  return [
    { text: subject ?? '', field: 'subject' },
    ...(from ? [person('from')(from)] : []),
    ...(attachments ?? []).map((file) => ({ text: file.filename, isFile: attachment && isFile(file) })),
    ...[...(to ?? []), ...(cc ?? [])].slice(0, MOST_PEOPLE).map(person('to')),
    ...(replyTo ?? []).slice(0, MOST_PEOPLE).map(person()),
    { text: preview ?? '' },
  ];
}

/** Pieces of the first sources that hold the needles. */
function collected(sources: readonly Source[], needles: Wanted['needles'], max: number): Extract {
  const left = new Set(needles);
  let pieces: Piece[] = [];
  let length = 0;
  let anyFile = false;
  for (const { text, field, isFile: file } of sources) {
    if (length >= max) break;
    if (file && !anyFile) {
      anyFile = true;
      pieces = joined(pieces, [{ text: text.slice(0, max - length), hit: true }]);
      length += text.length;
      continue;
    }
    if (left.size === 0) continue;
    const here = needles.filter((needle) => needle.field === undefined || needle.field === field);
    const { pieces: extract, found } = extractOf(text, here, max - length);
    if (!found.some((n) => left.has(here[n]!))) continue;
    for (const n of found) left.delete(here[n]!);
    pieces = joined(pieces, extract);
    length += extract.reduce((sum, piece) => sum + piece.text.length, 0);
  }
  return { pieces, left: [...left].filter(({ field }) => field === undefined) };
}

const joined = (before: readonly Piece[], after: readonly Piece[]): Piece[] =>
  before.length === 0 ? [...after] : [...before, OMISSION, ...after];
