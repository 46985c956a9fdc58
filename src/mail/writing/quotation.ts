import { cleanText, cleanLine } from '../../platform/database/clean-text.js';
import { cleanQuotation } from '../reading/clean-html.js';
import type { Person, Quoted } from './outgoing-message.js';
import { htmlOfText, readableText } from './readable-text.js';

export interface Quotation {
  html: string;
  text: string;
}

interface Phrases {
  /** Locale of dates. */
  locale: string;
  wrote: (author: string, date: string) => string;
  heading: string;
  fields: readonly [from: string, date: string, subject: string, to: string, cc: string];
}

const PHRASES: Readonly<Record<string, Phrases>> = {
  en: {
    locale: 'en-GB',
    wrote: (author, date) => `On ${date}, ${author} wrote:`,
    heading: '---------- Forwarded message ----------',
    fields: ['From', 'Date', 'Subject', 'To', 'Cc'],
  },
  pl: {
    locale: 'pl',
    wrote: (author, date) => `Dnia ${date} ${author} pisze:`,
    heading: '---------- Wiadomość przekazana ----------',
    fields: ['Od', 'Data', 'Temat', 'Do', 'DW'],
  },
  de: {
    locale: 'de',
    wrote: (author, date) => `Am ${date} schrieb ${author}:`,
    heading: '---------- Weitergeleitete Nachricht ----------',
    fields: ['Von', 'Datum', 'Betreff', 'An', 'Cc'],
  },
};

/** Header fields are the same in each language; the date is that of ISO 8601. */
const NEUTRAL: Phrases = {
  locale: 'sv',
  wrote: (author, date) => `${author}, ${date}:`,
  heading: '----------',
  fields: ['From', 'Date', 'Subject', 'To', 'Cc'],
};

const MAX_TEXT = 2 * 1024 * 1024;
const MAX_LINE = 2000;
const STYLE = 'margin:0 0 0 8px;border-left:1px solid #ccc;padding-left:12px';

/** The quotation of a reply, or the forwarded message with a block of its fields. Nothing in it loads remotely. */
export function quotation(quoted: Quoted): Quotation {
  const clean = quoted.html === null ? null : cleanQuotation(quoted.html.slice(0, MAX_TEXT));
  const text = cleanText(quoted.text ?? (clean === null ? '' : readableText(clean)), MAX_TEXT).trimEnd();
  const html = clean ?? htmlOfText(text);
  const lines = quoted.kind === 'reply' ? [attribution(quoted)] : forwardedFields(quoted);
  const above = `<div>${lines.map(htmlOfText).join('<br>\n')}</div>`;
  if (quoted.kind === 'forward')
    return { html: `${above}\n<br>\n<div>${html}</div>`, text: [...lines, '', text].join('\n') };
  return {
    html: `${above}\n<blockquote type="cite" style="${STYLE}">${html}</blockquote>`,
    text: [...lines, ...text.split('\n').map((line) => (/^>|^$/.test(line) ? `>${line}` : `> ${line}`))].join('\n'),
  };
}

const phrasesFor = (language: string | null | undefined): Phrases =>
  PHRASES[(language ?? '').toLowerCase().split(/[-_]/)[0]!] ?? NEUTRAL;

function attribution(quoted: Quoted): string {
  const phrases = phrasesFor(quoted.language);
  return phrases.wrote(quoted.from === null ? '?' : shown(quoted.from), shownDate(quoted, phrases));
}

function forwardedFields(quoted: Quoted): string[] {
  const phrases = phrasesFor(quoted.language);
  const [from, date, subject, to, cc] = phrases.fields;
  const fields: readonly (readonly [string, string])[] = [
    [from, quoted.from === null ? '' : shown(quoted.from)],
    [date, shownDate(quoted, phrases)],
    [subject, cleanLine(quoted.subject ?? '', MAX_LINE)],
    [to, (quoted.to ?? []).map(shown).join(', ')],
    [cc, (quoted.cc ?? []).map(shown).join(', ')],
  ];
  return [phrases.heading, ...fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`)];
}

const shown = ({ name, address }: Person): string => {
  const known = cleanLine(name ?? '', MAX_LINE);
  return known === '' ? cleanLine(address, MAX_LINE) : `${known} <${cleanLine(address, MAX_LINE)}>`;
};

const shownDate = ({ date, timeZone = 'UTC' }: Quoted, { locale }: Phrases): string =>
  new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: locale === NEUTRAL.locale ? '2-digit' : 'short',
    day: locale === NEUTRAL.locale ? '2-digit' : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  })
    .format(date)
    .replace(/[\u00a0\u202f]/g, ' ');
