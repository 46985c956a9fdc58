import { fold, GROUPED_NUMBER, UNSPACED_RUN, withoutSeparators } from './search-words.js';

/** A part of a search, to be found in a text. All words are folded. */
export interface Needle {
  /** a word of the text begins with one of them */
  beginnings: string[];
  /** a word of the text is one of them */
  words: string[];
  /** digits, and perhaps letters, of a number that may have separators in the text */
  number: string | null;
}

/** A piece of plain text; `hit`: it is a reason why the search found the message. */
export interface Piece {
  text: string;
  hit: boolean;
}

interface Hit {
  start: number;
  end: number;
  needle: number;
}

export const EXTRACT_LENGTH = 160;
/** Text before the first hit, which shows its context. */
const BEFORE = 40;
const MOST_HITS = 500;
const WORDS = /[\p{L}\p{N}\p{M}ー]+/gu;

/**
 * The stretch of a text with the most needles, at most `max` UTF-16 units besides the signs of omission.
 * `found`: indexes of its needles; empty if the text has none.
 */
export function extractOf(
  text: string,
  needles: readonly Needle[],
  max = EXTRACT_LENGTH,
): { pieces: Piece[]; found: number[] } {
  const hits = hitsIn(text, needles);
  const best = densest(hits, max - BEFORE);
  if (best.length === 0) return { pieces: [], found: [] };
  const from = text.length <= max ? 0 : wordStart(text, Math.max(0, best[0]!.start - BEFORE), best[0]!.start);
  const to =
    text.length - from <= max ? text.length : wordEnd(text, from + max, Math.min(best.at(-1)!.end, from + max));
  const pieces: Piece[] = [];
  let at = from;
  const plain = (end: number): void => {
    if (end > at) pieces.push({ text: text.slice(at, end), hit: false });
  };
  for (const { start, end } of hits) {
    if (start < at || start >= to) continue;
    plain(start);
    at = Math.min(end, to);
    pieces.push({ text: text.slice(start, at), hit: true });
  }
  plain(to);
  if (from > 0) pieces.unshift({ text: '… ', hit: false });
  if (to < text.length) pieces.push({ text: ' …', hit: false });
  return { pieces: merged(pieces), found: [...new Set(best.map(({ needle }) => needle))] };
}

/** In their order, without overlaps. Ends early when there are many. */
function hitsIn(text: string, needles: readonly Needle[]): Hit[] {
  const hits: Hit[] = [];
  if (needles.some(({ number }) => number !== null)) hits.push(...numbersIn(text, needles));
  for (const match of text.matchAll(WORDS)) {
    const [word] = match;
    const folded = fold(word);
    for (const [needle, { beginnings, words }] of needles.entries()) {
      const start = match.index;
      if (words.includes(folded) || beginnings.some((beginning) => folded.startsWith(beginning)))
        hits.push({ start, end: start + word.length, needle });
      else if (UNSPACED_RUN.test(word)) hits.push(...withinRun(word, start, [...words, ...beginnings], needle));
    }
    if (hits.length >= MOST_HITS) break;
  }
  return hits.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** In scripts without spaces a word may stand anywhere within a run. */
function withinRun(run: string, offset: number, words: readonly string[], needle: number): Hit[] {
  const lower = run.toLowerCase();
  const found = words.map((word) => [word, lower.indexOf(word)] as const).find(([, at]) => at !== -1);
  return found ? [{ start: offset + found[1], end: offset + found[1] + found[0].length, needle }] : [];
}

function* numbersIn(text: string, needles: readonly Needle[]): Iterable<Hit> {
  for (const match of text.matchAll(GROUPED_NUMBER)) {
    const [written] = match;
    const number = withoutSeparators(fold(written));
    for (const [needle, { number: wanted }] of needles.entries())
      if (wanted !== null && number.includes(wanted))
        yield { start: match.index, end: match.index + written.length, needle };
  }
}

/** The hits of the stretch that holds the most needles; of equal ones the first. */
function densest(hits: readonly Hit[], width: number): Hit[] {
  let best: Hit[] = [];
  let most = 0;
  for (const [first, { start }] of hits.entries()) {
    const stretch: Hit[] = [];
    for (let n = first; n < hits.length && hits[n]!.end - start <= width; n++) stretch.push(hits[n]!);
    const count = new Set(stretch.map(({ needle }) => needle)).size;
    if (count > most) [best, most] = [stretch, count];
  }
  return best.length > 0 ? best : hits.slice(0, 1);
}

/** Cuts before a word, not within it, nor within a surrogate pair. */
function wordStart(text: string, at: number, limit: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(' ', at - 1);
  return space === -1 || space >= limit ? limit : space + 1;
}

function wordEnd(text: string, at: number, limit: number): number {
  const space = text.lastIndexOf(' ', at);
  if (space > limit) return space;
  return isLowSurrogate(text.charCodeAt(at)) ? at - 1 : at;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

function merged(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.hit === piece.hit) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}
