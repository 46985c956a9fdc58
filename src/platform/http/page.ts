export const HTML = 'text/html; charset=utf-8';

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPED[character]!);

/** Whether a browser shows it to a person. */
export const wantsPage = (accept: string | undefined): boolean => accept?.includes('text/html') === true;

/** The few words that a person reads who comes back from somewhere else. */
export const page = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>\n`;

/** Goes on to a path of this site by itself: a request that this page makes brings cookies along that another site's redirect does not. */
export const goingOn = (title: string, to: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${escaped(to)}"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p><a href="${escaped(to)}">Go on</a></p></html>\n`;
