import type { Needle } from '../../src/mail/reading/extract.js';
import { fold, GROUPED_NUMBER, withoutSeparators, wordsOf } from '../../src/mail/reading/search-words.js';
import type { Field } from './search-document.js';
import { partsOf } from './search-syntax.js';

/** Needles, and where each of them counts; undefined: anywhere. */
export interface Wanted {
  needles: (Needle & { field?: Field | undefined })[];
  /** `has:attachment` */
  attachment: boolean;
}

const MOST_NEEDLES = 16;

/** The parts of a search in a form that finds them in a text, as `search-query.ts` finds them in the index. */
export function wantedBy(q: string): Wanted {
  const parts = partsOf(q);
  const needles = parts.flatMap((part) => {
    if (part.kind === 'has attachment') return [];
    const { kind, field, text } = part;
    const found = kind === 'phrase' ? spellings(text, 'words') : needlesOf(text);
    return found.map((needle) => ({ ...needle, field }));
  });
  return { needles: needles.slice(0, MOST_NEEDLES), attachment: parts.some(({ kind }) => kind === 'has attachment') };
}

const needlesOf = (text: string): Needle[] =>
  text
    .normalize('NFKC')
    .split(GROUPED_NUMBER)
    .flatMap((piece, n) =>
      n % 2 === 1 ? [numberNeedle(withoutSeparators(fold(piece)))] : spellings(piece, 'beginnings'),
    );

const numberNeedle = (number: string): Needle => ({ beginnings: [number], words: [], number });

/** Of each word the ways to write its umlauts: `Müller`, `Muller` or `Mueller`. */
function spellings(text: string, as: 'words' | 'beginnings'): Needle[] {
  const spelledOut = [...wordsOf(text.replace(/[äöü]/gi, (umlaut) => `${umlaut}e`))];
  return Array.from(wordsOf(text.normalize('NFKC')), (word, n) => {
    const short = word.replace(/([aou])e/g, '$1');
    const forms = [...new Set([word, spelledOut[n] ?? word])];
    const needle: Needle = {
      beginnings: [],
      words: short === word ? [] : [short],
      number: /^[a-z]{0,3}\d{4,}$/.test(word) ? word : null,
    };
    needle[as] = [...needle[as], ...forms];
    return needle;
  });
}
