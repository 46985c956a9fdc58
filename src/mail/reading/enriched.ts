const COMMAND = /<<|<param>[^<]*<\/param>|<\/?[a-z][a-z-]{0,60}>/gi;

/** The plain text of text/enriched (RFC 1896): a single line end is a space, and several lose one. */
export const enrichedText = (enriched: string): string =>
  enriched
    .replaceAll('\r\n', '\n')
    .replace(/\n+/g, (ends) => (ends.length === 1 ? ' ' : '\n'.repeat(ends.length - 1)))
    .replace(COMMAND, (command) => (command === '<<' ? '<' : ''));
