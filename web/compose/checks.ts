import { textOf, type Writing } from './writing.js';

export type Doubt = 'no-subject' | 'no-file';

/** Words of a person that mean a file, in Polish, English and German. */
const MEANS_A_FILE =
  /(?<!\p{L})(?:attach(?:ed|ment|ments|ing)|enclosed|załącz\p{L}*|w\s+załączeniu|zalacz\p{L}*|anbei|anhang|angehängt\p{L}*|beigefügt\p{L}*)(?!\p{L})/iu;

/** Things that people forget. @param files number of files, of the forwarded message too */
export function doubtsAbout({ subject, html }: Pick<Writing, 'subject' | 'html'>, files: number): Doubt[] {
  return [
    ...(subject.trim() === '' ? ['no-subject' as const] : []),
    ...(files === 0 && MEANS_A_FILE.test(ownWords(html)) ? ['no-file' as const] : []),
  ];
}

/** Without quoted text, which speaks of the files of others. */
const ownWords = (html: string): string => textOf(html.replaceAll(/<blockquote\b.*<\/blockquote>/gis, ''));
