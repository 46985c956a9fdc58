/** How text becomes words that are found however they are accented, written wide or small, in any script. */

/** Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel marks of Arabic; marks of other scripts are letters there. */
const ACCENTS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670]/g;
/** Letters whose stroke or ligature Unicode does not take apart. */
const WHOLE: Record<string, string> = {
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ς: 'σ',
};
const WHOLE_LETTERS = new RegExp(`[${Object.keys(WHOLE).join('')}]`, 'g');

/** Scripts that are written without spaces, and the Japanese sign of a long vowel. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー';
const RUNS = new RegExp(`([${UNSPACED}]+)|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');

/** Most text is ASCII, if not before then after folding, and needs no classes of Unicode: these find the same a few times quicker. */
const IS_ASCII = /^[\0-\x7f]*$/;
const ASCII_RUNS = /[a-z0-9]+/g;

const LONGEST_WORD = 64;

export const fold = (text: string): string =>
  IS_ASCII.test(text)
    ? text.toLowerCase()
    : text
        .normalize('NFKD')
        .replace(ACCENTS, '')
        .toLowerCase()
        .replace(WHOLE_LETTERS, (letter) => WHOLE[letter]!)
        .normalize('NFC');

/**
 * Each run of letters and digits is a word. Where no spaces are written, each two neighbouring characters are one, and the last
 * character alone: so any part of the run is found, a single character by the words that it begins.
 */
export function* wordsOf(text: string): Iterable<string> {
  const folded = fold(text);
  if (IS_ASCII.test(folded)) for (const run of folded.match(ASCII_RUNS) ?? []) yield run.slice(0, LONGEST_WORD);
  else
    for (const [run, unspaced] of folded.matchAll(RUNS)) {
      if (unspaced === undefined)
        yield run.length <= LONGEST_WORD ? run : Array.from(run).slice(0, LONGEST_WORD).join('');
      else yield* pairsOf(Array.from(unspaced));
    }
}

function* pairsOf(characters: string[]): Iterable<string> {
  for (const [at, character] of characters.entries()) yield character + (characters[at + 1] ?? '');
}
