/** Text becomes words without accents, width and case, in any script. */

/** Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel marks of Arabic; other scripts keep their marks. */
const ACCENTS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670]/g;
/** Letters with a stroke or ligature that NFKD does not decompose. */
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

/** Scripts without spaces between words, and the Japanese sign of a long vowel. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー' +
  '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
/** True for a text with a character of such a script. */
export const UNSPACED_RUN = new RegExp(`[${UNSPACED}]`, 'u');
const ONE_UNSPACED = new RegExp(`^[${UNSPACED}]$`, 'u');
const RUNS = new RegExp(`([${UNSPACED}]+)|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');

/** For text that is ASCII, also after folding: finds the same words a few times faster than `RUNS`. */
const IS_ASCII = /^[\0-\x7f]*$/;
const ASCII_RUNS = /[a-z0-9]+/g;

const LONGEST_WORD = 64;

/**
 * A number in groups, such as a telephone number, an amount or an IBAN. All repetitions are bounded, so that the time
 * is linear.
 */
export const GROUPED_NUMBER = /(?<![a-z\d])([a-z]{0,3}\d{1,34}(?:[ \t().,/\u2010-\u2015-]{1,2}\d{1,34}){1,16})/gi;
const SEPARATORS = /[^a-z\d]+/g;
const LONGEST_NUMBER = 34;
const SHORTEST_NUMBER = 4;

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
 * Each run of letters and digits is a word. In scripts without spaces each pair of neighbouring characters is a word,
 * and the last character too: so a search finds any part of the run, and a single character as the beginning of a pair.
 */
export const wordsOf = (text: string): Iterable<string> => wordsOfFolded(fold(text));

export function* wordsOfFolded(folded: string): Iterable<string> {
  if (IS_ASCII.test(folded)) for (const run of folded.match(ASCII_RUNS) ?? []) yield run.slice(0, LONGEST_WORD);
  else
    for (const [run, unspaced] of folded.matchAll(RUNS)) {
      if (unspaced === undefined)
        yield run.length <= LONGEST_WORD ? run : Array.from(run).slice(0, LONGEST_WORD).join('');
      else yield* pairsOf(Array.from(unspaced));
    }
}

/** True for the last character of a run without spaces: in a longer run it begins a pair. */
export const isPartOfPair = (word: string): boolean => ONE_UNSPACED.test(word);

function* pairsOf(characters: string[]): Iterable<string> {
  for (const [at, character] of characters.entries()) yield character + (characters[at + 1] ?? '');
}

export const withoutSeparators = (number: string): string => number.replace(SEPARATORS, '').slice(0, LONGEST_NUMBER);

/**
 * Each number in groups without its separators, from each of its groups on: so a search finds a telephone number also
 * without its prefix.
 */
export function* numbersOfFolded(folded: string): Iterable<string> {
  for (const number of folded.match(GROUPED_NUMBER) ?? []) {
    const groups = number.split(SEPARATORS);
    for (let from = 0; from < groups.length - 1; from++) {
      const joined = groups.slice(from).join('').slice(0, LONGEST_NUMBER);
      if (joined.length >= SHORTEST_NUMBER) yield joined;
    }
  }
}
