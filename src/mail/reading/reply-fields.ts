import { addressesIn } from './addresses.js';
import { type Headers, structured } from './mime-headers.js';

/** Header fields that decide whether a message may be answered automatically (RFC 3834, RFC 5230 §4.6). */
export interface ReplyFields {
  /** envelope sender; empty: the null reverse-path; null: the server adds no Return-Path */
  returnPath: string | null;
  /** addresses in From and Sender */
  senders: string[];
  /** addresses in To, Cc, Bcc and their Resent fields */
  recipients: string[];
  /** true: a field of a mailing list (RFC 2369, RFC 2919) */
  isList: boolean;
  /** keywords of all Auto-Submitted fields, in lower case */
  autoSubmitted: string[];
  precedence: string[];
  /** keywords of X-Auto-Response-Suppress */
  suppressed: string[];
  /** true: a report of a mail server (RFC 6522) */
  isReport: boolean;
  /** true: a spam filter of the server marked the message */
  isSpam: boolean;
}

const RECIPIENTS = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc'];

export function replyFieldsOf(headers: Headers): ReplyFields {
  const addresses = (...names: string[]): string[] =>
    names.flatMap((name) => headers.all(name)).flatMap((field) => addressesIn(field).map(({ address }) => address));
  const keywords = (name: string): string[] =>
    headers.all(name).flatMap((field) =>
      field
        .toLowerCase()
        .split(',')
        .map((part) => /[\w-]*/.exec(part.trim())![0]),
    );
  const [returnPath] = headers.all('return-path');
  return {
    returnPath: returnPath === undefined ? null : pathOf(returnPath),
    senders: addresses('from', 'sender'),
    recipients: addresses(...RECIPIENTS),
    isList: [...headers].some(([name]) => name.startsWith('list-')),
    autoSubmitted: keywords('auto-submitted'),
    precedence: keywords('precedence'),
    suppressed: keywords('x-auto-response-suppress'),
    isReport: structured(headers.first('content-type') ?? '').value === 'multipart/report',
    isSpam: keywords('x-spam-flag').includes('yes'),
  };
}

const pathOf = (field: string): string => field.replaceAll(/[\s<>]/g, '');
