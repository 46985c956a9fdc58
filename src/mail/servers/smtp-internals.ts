import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** An undeclared member of nodemailer: extensions (RFC 1869) that it uses. Specs beside this file notice a change. */
const EXTENSIONS = '_supportedExtensions';
type SmtpInternals = Record<typeof EXTENSIONS, string[]>;

const internalsOf = (connection: SMTPConnection): SmtpInternals => connection as unknown as SmtpInternals;

export type Extension = 'PIPELINING' | '8BITMIME' | 'SMTPUTF8' | 'SIZE' | 'DSN';

export const offers = (connection: SMTPConnection, extension: Extension): boolean =>
  internalsOf(connection)[EXTENSIONS].includes(extension);

/** Makes nodemailer send the next messages as if the server did not offer these extensions. */
export function forgo(connection: SMTPConnection, extensions: readonly Extension[]): void {
  const internals = internalsOf(connection);
  internals[EXTENSIONS] = internals[EXTENSIONS].filter(
    (offered) => !(extensions as readonly string[]).includes(offered),
  );
}
