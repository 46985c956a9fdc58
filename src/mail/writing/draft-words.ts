import { cleanLine, cleanText } from '../../platform/database/clean-text.js';
import { cleanHtml } from '../reading/clean-html.js';
import { textOfHtml } from '../reading/html-text.js';
import type { Words } from './outgoing-message.js';

const PREVIEW_CHARACTERS = 200;

export interface DraftWords {
  /** clean; null: no content */
  html: string | null;
  text: string | null;
  /** plain text, one line, at most 200 characters */
  preview: string;
}

/** The words of a draft, made safe to show. */
export function draftWords({ html, text }: Pick<Words, 'html' | 'text'>): DraftWords {
  const clean = html === null ? null : cleanHtml(html);
  const plain = text === null ? null : cleanText(text, Infinity);
  const shown = plain?.trim() ? plain : textOfHtml(clean ?? '', 20 * PREVIEW_CHARACTERS);
  return { html: clean, text: plain, preview: cleanLine(shown.replace(/\s+/g, ' ').trim(), PREVIEW_CHARACTERS) };
}
