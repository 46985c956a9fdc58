/** Extensions that a test can take away from the server: it neither announces nor accepts them. */
const optional = [
  'IDLE',
  'UIDPLUS',
  'MOVE',
  'CONDSTORE',
  'QRESYNC',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'SPECIAL-USE',
] as const;

export type Extension = (typeof optional)[number];

const always = 'IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN ID ENABLE NAMESPACE UNSELECT CHILDREN';

interface Hiding {
  hidden: ReadonlySet<Extension>;
}

export const capabilities = (hiding: Hiding): string =>
  [always, ...optional.filter((extension) => offers(hiding, extension))].join(' ');

/** QRESYNC contains CONDSTORE (RFC 7162 section 3.2.3), so without CONDSTORE there is none. */
export function offers({ hidden }: Hiding, extension: Extension): boolean {
  return !hidden.has(extension) && !(extension === 'QRESYNC' && hidden.has('CONDSTORE'));
}
