export const HTML = 'text/html; charset=utf-8';

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPED[character]!);

/** True if a browser shows the answer to a person. */
export const wantsPage = (accept: string | undefined): boolean => accept?.includes('text/html') === true;

/** HTML page for a person that comes back from the page of a provider. */
export const page = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>\n`;

/**
 * HTML page that continues to a path of this site. Requests of a page carry cookies with SameSite=Strict; a redirect
 * that another site began does not.
 */
export const goingOn = (title: string, to: string, text = ''): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${escaped(to)}"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)} <a href="${escaped(to)}">Continue</a></p></html>\n`;
