import { decodeWords } from './encoded-words.js';
import { addressesIn } from './addresses.js';
import { textOfHtml } from './html-text.js';
import { type Headers, readHeaders } from './mime-headers.js';
import { type Part, partText, readParts } from './mime-parts.js';
import { fieldGroups, recipientsOfStatus, type ReportedRecipient } from './delivery-status.js';
import { announcesFailure, readReportText } from './report-text.js';

/** A report about a message that was sent: not delivered, delayed, or called spam by its recipient. */
export interface DeliveryReport {
  kind: 'bounce' | 'delay' | 'complaint';
  recipients: ReportedRecipient[];
  /** Message-ID of the returned message, with angle brackets; null if the report returns no header of it */
  originalMessageId: string | null;
}

const TEXT_BYTES = 128 * 1024;
const RETURNED_BYTES = 256 * 1024;
const MOST_DEPTH = 4;

/**
 * Reads a report of a mail server; null for every other message. Nothing in it is trusted: a caller links it to
 * a message by `originalMessageId`, which strangers cannot guess.
 */
export function readDeliveryReport(raw: Buffer): DeliveryReport | null {
  const { root, headers } = readParts(raw);
  return reportIn(raw, root, headers, MOST_DEPTH);
}

function reportIn(raw: Buffer, root: Part, headers: Headers, depth: number): DeliveryReport | null {
  const parts = ownParts(root);
  const feedback = parts.find(({ type }) => type === 'message/feedback-report');
  const returned = returnedIn(raw, parts);
  if (feedback) return complaintOf(partText(raw, feedback, TEXT_BYTES), returned);
  const statuses = parts.filter(({ type }) => STATUS.has(type)).map((part) => partText(raw, part, TEXT_BYTES));
  const recipients = statuses.flatMap(recipientsOfStatus);
  if (recipients.length > 0) return reportOf(explained(recipients, raw, parts, headers), returned.messageId);
  // A report of success is complete: its text names deliveries.
  if (statuses.some((text) => /^action\s*:\s*(deliver(ed|able)|relayed|expanded)/im.test(text))) return null;
  return rewrapped(raw, parts, headers, depth) ?? plainReport(raw, parts, headers, returned.messageId, depth);
}

const STATUS = new Set(['message/delivery-status', 'message/global-delivery-status']);

/** The text for people names the cause where the fields do not. */
function explained(
  recipients: readonly ReportedRecipient[],
  raw: Buffer,
  parts: readonly Part[],
  headers: Headers,
): ReportedRecipient[] {
  const isVague = ({ code, diagnostic }: ReportedRecipient): boolean =>
    /^[45]\.0\.0$/.test(code ?? '') || diagnostic === '';
  if (!recipients.some(isVague)) return [...recipients];
  const read = readReportText(textIn(raw, parts) ?? '', '', [], ownAddresses(headers)).recipients;
  const told = new Map(read.map((one) => [one.address.toLowerCase(), one]));
  return recipients.map((one) => {
    const text = told.get(one.address.toLowerCase()) ?? told.get(one.finalAddress?.toLowerCase() ?? '');
    if (text === undefined || !isVague(one)) return one;
    const isTelling = /^[45]\.0\.0$/.test(one.code ?? '') && text.code?.startsWith(one.code![0]!);
    return {
      ...one,
      ...(isTelling && { code: text.code }),
      ...(one.diagnostic === '' && { diagnostic: text.diagnostic }),
    };
  });
}

function reportOf(all: readonly ReportedRecipient[], originalMessageId: string | null): DeliveryReport {
  const recipients = [...new Map(all.map((one) => [`${one.action} ${one.address.toLowerCase()}`, one])).values()];
  const kind = recipients.some(({ action }) => action === 'failed') ? 'bounce' : 'delay';
  return { kind, recipients, originalMessageId };
}

/** RFC 5965. Reports about failed authentication (RFC 6591), and corrections, are no complaints. */
function complaintOf(text: string, returned: Returned): DeliveryReport | null {
  const [fields] = fieldGroups(text);
  const type = fields?.get('feedback-type')?.toLowerCase();
  if (type === 'not-spam' || type === 'auth-failure') return null;
  const named = [...text.matchAll(/^(?:original-rcpt-to|removal-recipient|redacted-address)\s*:\s*(.+)$/gim)];
  const written = named.length > 0 ? named.map(([, value]) => value!).join(', ') : returned.to;
  const recipients = addressesIn(written.slice(0, 10_000))
    .filter(({ address }) => /^[^@\s]+@[^@\s]+$/.test(address))
    .map(({ address }): ReportedRecipient => ({ address, action: 'failed', code: null, diagnostic: type ?? 'abuse' }));
  const once = [...new Map(recipients.map((one) => [one.address.toLowerCase(), one])).values()];
  return { kind: 'complaint', recipients: once, originalMessageId: returned.messageId };
}

/** A report within a report, or forwarded by a filter that wrapped it. */
function rewrapped(raw: Buffer, parts: readonly Part[], headers: Headers, depth: number): DeliveryReport | null {
  if (depth === 0 || !isFromServer(headers)) return null;
  for (const { type, start, size, childNodes, source } of parts) {
    const [inner] = childNodes ?? [];
    if (type !== 'message/rfc822' || !inner || source !== undefined) continue;
    const wrapped = readHeaders(raw, start, start + size).headers;
    if (!isFromServer(wrapped)) continue;
    const report = reportIn(raw, inner, wrapped, depth - 1);
    if (report) return report;
  }
  return null;
}

function plainReport(
  raw: Buffer,
  parts: readonly Part[],
  headers: Headers,
  returned: string | null,
  depth: number,
): DeliveryReport | null {
  const subject = decodeWords(headers.first('subject')?.slice(0, 1000) ?? '');
  if (!isFromServer(headers)) return null;
  const text = textIn(raw, parts);
  if (text === null) return null;
  // Some servers and gateways lose the structure of the report, not its fields.
  const inline = /^(original|final)-recipient\s*:/im.test(text) ? recipientsOfStatus(text) : [];
  if (inline.length > 0)
    return reportOf(inline, returned ?? messageIdInText(text.slice(text.lastIndexOf('ecipient:'))));
  const failed = headers
    .all('x-failed-recipients')
    .flatMap((field) => addressesIn(field).map(({ address }) => address));
  const read = readReportText(text, subject, failed, ownAddresses(headers));
  if (read.recipients.length > 0) return reportOf(read.recipients, returned ?? messageIdInText(read.returned));
  return reportInText(read.returned, depth);
}

/** A whole report, quoted in the text of another one. */
function reportInText(text: string, depth: number): DeliveryReport | null {
  const start = /^(?:Received|Return-Path|Delivered-To|Date|From):/im.exec(text)?.index;
  if (start === undefined || depth === 0) return null;
  const raw = Buffer.from(text.slice(start));
  const { root, headers } = readParts(raw);
  return isFromServer(headers) ? reportIn(raw, root, headers, depth - 1) : null;
}

function ownAddresses(headers: Headers): ReadonlySet<string> {
  const fields = ['from', 'to', 'cc', 'reply-to'].flatMap((name) => headers.all(name));
  return new Set(addressesIn(fields.join(', ').slice(0, 10_000)).map(({ address }) => address.toLowerCase()));
}

/** Mail servers write with a null return path (RFC 3464 §2) or under one of a few names. */
function isFromServer(headers: Headers): boolean {
  if (headers.all('return-path').some((path) => /^<\s*>$/.test(path))) return true;
  if (headers.first('x-failed-recipients') !== undefined) return true;
  const from = headers.first('from') ?? '';
  return (
    /(mailer|mail|delivery|post)[-_. ]?(daemon|master|system|administrator)|mdaemon|mail delivery|delivery (sub)?system|system administrator|postmaster|bounce|dsn|no-?reply/i.test(
      from,
    ) && !/\b(news|list)/i.test(from)
  );
}

/** Parts of this message, without those of messages within it. */
function ownParts(part: Part): Part[] {
  return [part, ...(part.type === 'message/rfc822' ? [] : (part.childNodes ?? []).flatMap(ownParts))];
}

function textIn(raw: Buffer, parts: readonly Part[]): string | null {
  const plain = parts.filter(({ type, disposition }) => type === 'text/plain' && disposition !== 'attachment');
  const texts = plain.map((part) => partText(raw, part, TEXT_BYTES));
  const best = texts.find(announcesFailure) ?? texts[0];
  if (best !== undefined && best.trim() !== '') return best;
  const html = parts.find(({ type }) => type === 'text/html');
  return html ? textOfHtml(partText(raw, html, TEXT_BYTES), TEXT_BYTES) : null;
}

const RETURNED = new Set(['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers']);

interface Returned {
  messageId: string | null;
  to: string;
}

/** Header of the returned message, from its part. */
function returnedIn(raw: Buffer, parts: readonly Part[]): Returned {
  const part = parts.find(({ type }) => RETURNED.has(type));
  if (!part) return { messageId: null, to: '' };
  const block = Buffer.from(partText(raw, part, RETURNED_BYTES).replace(/^\s+/, ''));
  const { headers } = readHeaders(block, 0, block.length);
  return { messageId: messageIdIn(headers.first('message-id') ?? ''), to: headers.first('to') ?? '' };
}

const messageIdInText = (text: string): string | null =>
  messageIdIn(/^[\s>]*message-id\s*:((?:.|\r?\n[ \t])*)/im.exec(text)?.[1] ?? '');

const messageIdIn = (field: string): string | null => /<[^<>\s]{1,990}>/.exec(field)?.[0] ?? null;
