import { cleanLine } from '../../platform/database/clean-text.js';
import { harmless } from './echoes.js';
import type { Credentials } from './servers.js';

/** An answer of the server to one command (RFC 5321 §4.2), or our own refusal in the same shape. */
export interface SmtpReply {
  /** `250`; 0: the server sent no code */
  code: number;
  /** enhanced status code (RFC 3463), such as `5.1.1`; null: the server sent none */
  enhanced: string | null;
  /** codes and words in one line of at most `LINE_LENGTH`, without secrets */
  line: string;
}

const LINE_LENGTH = 500;
/** Code and enhanced code, which the server repeats on each line of a long reply. */
const CODES = /^(\d{3})(?:[ -]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?:[ -]|$))?/;

/** @param response all lines of the reply */
export function replyOf(response: string, credentials: Credentials): SmtpReply {
  const lines = response.split('\n', LINE_LENGTH);
  const [, code = '0', enhanced = null] = CODES.exec(lines[0]!) ?? [];
  const words = lines.map((line) => line.replace(CODES, '').trim()).filter(Boolean);
  const codes = code === '0' ? [] : [code, ...(enhanced === null ? [] : [enhanced])];
  const line = harmless([...codes, ...words].join(' '), credentials);
  return { code: Number(code), enhanced, line: cleanLine(line, LINE_LENGTH) };
}

export const isTemporary = ({ code }: SmtpReply): boolean => code >= 400 && code < 500;
export const isRefusal = ({ code }: SmtpReply): boolean => code >= 400 && code < 600;

/** Microsoft no longer takes passwords by SMTP for this mailbox: a sign-in at the provider helps, a retry does not. */
export const needsSignIn = ({ code, enhanced }: SmtpReply): boolean =>
  (code === 550 && enhanced === '5.7.30') || (code === 535 && enhanced === '5.7.139');

/** RFC 5321 §4.5.3.1.10: too many recipients for one message. A permanent code means "not in this message". */
export const isTooManyRecipients = ({ code, enhanced, line }: SmtpReply): boolean =>
  enhanced === '5.5.3' || (code >= 550 && /too many recipients/i.test(line));

export const isTooLarge = ({ code, enhanced }: SmtpReply): boolean =>
  enhanced === '5.3.4' || enhanced === '5.2.3' || (code === 552 && (enhanced === null || enhanced.startsWith('5.3.')));
