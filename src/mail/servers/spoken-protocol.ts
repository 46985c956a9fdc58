import { MailServerFailure } from './servers.js';

type Protocol = 'IMAP' | 'SMTP' | 'POP3' | 'HTTP' | 'FTP' | 'SSH';

export const EXPECTED = { incoming: 'IMAP', outgoing: 'SMTP' } as const;

/** First lines of servers; FTP greets like SMTP. */
const FIRST_LINES: [Protocol, RegExp][] = [
  ['IMAP', /^\* (OK|PREAUTH|BYE|NO|BAD)\b/i],
  ['POP3', /^(\+OK|-ERR)\b/i],
  ['FTP', /^220[ -](?!.*smtp).*ftp/i],
  ['SMTP', /^\d{3}(?:[ -]|$)/],
  ['HTTP', /^(HTTP\/\d|<!doctype html|<html)/i],
  ['SSH', /^SSH-/],
];
const LONGEST_LINE = 100;
/** alert, handshake */
const TLS_RECORDS = new Set([0x15, 0x16]);

/** The protocol of a server by its first bytes; null: unknown. */
export const protocolOf = (bytes: string): Protocol | null =>
  FIRST_LINES.find(([, pattern]) => pattern.test(bytes))?.[0] ?? null;

/** True for the first bytes of a TLS record: an alert or a handshake (RFC 8446 §5.1). */
export const isTlsRecord = (bytes: string): boolean => TLS_RECORDS.has(bytes.charCodeAt(0)) && bytes[1] === '\x03';

/** The failure for the first bytes of another protocol; undefined for the expected one and for an unknown one. */
export function otherProtocol(side: 'incoming' | 'outgoing', bytes: string): MailServerFailure | undefined {
  const spoken = protocolOf(bytes);
  if (spoken === null || spoken === EXPECTED[side]) return undefined;
  const line = bytes.split(/[\r\n]/, 1)[0]!.slice(0, LONGEST_LINE);
  return new MailServerFailure('wrong-protocol', `The server speaks ${spoken}, not ${EXPECTED[side]} (${line})`, side);
}
