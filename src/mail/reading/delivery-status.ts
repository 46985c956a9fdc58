import { tidyAddress } from './normal-address.js';

/** A recipient that a report names. */
export interface ReportedRecipient {
  /** as the sender wrote it, where the report tells */
  address: string;
  /** address at which the delivery ended, if a server forwarded the message to another one */
  finalAddress?: string;
  action: 'failed' | 'delayed';
  /** enhanced status (RFC 3463), else the reply code of SMTP; null in a complaint */
  code: string | null;
  /** words of the refusing server, one line; empty if the report has none */
  diagnostic: string;
}

/** Groups of fields, each name in lower case; further fields of a name are kept. Groups end at an empty line. */
export type FieldGroup = ReadonlyMap<string, string>;

const MOST_GROUPS = 2000;
const LONGEST_DIAGNOSTIC = 500;

/** Reads groups of header-like fields (RFC 3464 §2.1, RFC 5965 §3). Lines that are no field are skipped. */
export function fieldGroups(text: string): FieldGroup[] {
  const groups: Map<string, string>[] = [new Map()];
  let name = '';
  for (const line of text.split(/\r?\n/)) {
    const group = groups.at(-1)!;
    if (line.trim() === '') {
      name = '';
      if (groups.length > MOST_GROUPS) break;
      if (group.size > 0) groups.push(new Map());
    } else if (/^[ \t]/.test(line) && name !== '') {
      group.set(name, `${group.get(name)} ${line.trim()}`.slice(0, 4 * LONGEST_DIAGNOSTIC));
    } else {
      const [, field, value] = /^([\w-]{2,60})\s*:\s*(.*)$/.exec(line.trim()) ?? [];
      name = field?.toLowerCase() ?? '';
      if (name !== '' && !group.has(name)) group.set(name, value!.trim());
    }
  }
  return groups.filter((group) => group.size > 0);
}

/**
 * Recipients of a `message/delivery-status` (RFC 3464) with a failed or delayed delivery. Reports of successful
 * deliveries (`delivered`, `relayed`, `expanded`) name none.
 */
export function recipientsOfStatus(text: string): ReportedRecipient[] {
  return fieldGroups(text).flatMap((group) => recipientOf(group) ?? []);
}

function recipientOf(group: FieldGroup): ReportedRecipient | undefined {
  const [original, final, actual] = ['original-recipient', 'final-recipient', 'x-actual-recipient'].map((name) =>
    addressOf(group.get(name)),
  );
  const address = original ?? final ?? actual;
  if (address === undefined) return undefined;
  const status = group.get('status') ?? '';
  const diagnostic = oneLine(withoutType(group.get('diagnostic-code') ?? ''));
  const action = actionOf(group.get('action'), status || diagnostic);
  if (action === undefined) return undefined;
  return {
    address,
    ...(final !== undefined && final.toLowerCase() !== address.toLowerCase() && { finalAddress: final }),
    action,
    code: codeOf(status, diagnostic) ?? (action === 'failed' ? '5.0.0' : '4.0.0'),
    diagnostic,
  };
}

function actionOf(written: string | undefined, status: string): ReportedRecipient['action'] | undefined {
  const action = (written ?? '').toLowerCase();
  if (action.startsWith('fail')) return 'failed';
  if (/^(delay|deferr)/.test(action)) return 'delayed';
  if (action !== '') return undefined;
  // Some reports lack the field; the class of the status tells (RFC 3463 §2).
  const [, digit] = /\b([45])(?:\.\d{1,3}\.\d{1,3}|\d\d)\b/.exec(status) ?? [];
  return digit === '5' ? 'failed' : digit === '4' ? 'delayed' : undefined;
}

const withoutType = (field: string): string => field.replace(/^\s*[\w-]{1,30}\s*;\s*/, '');

/** The type may be `utf-8` (RFC 6533 §3) and is missing in some reports; the address may stand in brackets. */
function addressOf(field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const [, type, rest] = /^\s*(?:([\w-]{1,30})\s*;)?\s*(.*)$/s.exec(field)!;
  const written = rest!.replace(/^.*<(.+)>.*$/s, '$1').trim();
  const decoded = type?.toLowerCase() === 'utf-8' ? written.replaceAll(/\\x\{([\dA-F]{1,6})\}/gi, fromHex) : written;
  const address = /^[^\s<>()",;:]+@[^\s<>()",;:@]+$|^"[^"]{1,200}"@[^\s<>()",;:@]+$/.test(decoded)
    ? decoded
    : undefined;
  return address === undefined ? undefined : tidyAddress(unXtext(address));
}

const fromHex = (_: string, hex: string): string => {
  const code = parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
};

/** RFC 3461 §4; only `+2B` and `+3D` occur, as other characters need no encoding. */
const unXtext = (address: string): string => address.replaceAll(/\+(2B|3D)/g, (_, hex: string) => fromHex('', hex));

const ENHANCED = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/;
const REPLY = /(?<![\d.:/-])([45][0-7]\d)(?![\d./:]|-\d\d-)/;

/** The most telling code: an enhanced status that names a cause, any enhanced status, a reply code of SMTP. */
export function codeOf(status: string, diagnostic: string): string | undefined {
  const [, written] = ENHANCED.exec(status) ?? [];
  if (written !== undefined && !/^[245]\.0\.0$/.test(written)) return written;
  const [, named] = ENHANCED.exec(diagnostic) ?? [];
  if (named !== undefined && named.startsWith(written?.[0] ?? '')) return named;
  return written ?? REPLY.exec(diagnostic)?.[1] ?? causeIn(diagnostic);
}

/** Words of reports without any code, with the status that RFC 3463 has for them. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /(mail ?box|quota|folder)[^.]{0,40}(full|exceed)|over(drawn)? (the )?quota|quota[^.]{0,20}(over|exceed)|przepełnion/i,
    '5.2.2',
  ],
  [
    /(user|recipient|account|address|mailbox|addressee)[^.]{0,60}(unknown|not (exist|found|known|listed|recogni[sz]ed)|n't (exist|have)|no such|invalid)|(unknown|no such|invalid|bad) (local )?(user|recipient|address|account|mailbox|destination mailbox)|not listed in|nie istnieje|nie ma takiego|unbekannt/i,
    '5.1.1',
  ],
  [/(host|domain)[^.]{0,40}(unknown|not found|n't find)|unrouteable|no such domain/i, '5.1.2'],
  [/(too (large|big)|size)[^.]{0,40}(limit|exceed|maximum)|message (is )?too (large|big)/i, '5.3.4'],
  [/spam|virus|blacklist|blocked|rejected by policy|content/i, '5.7.1'],
  [/timed? ?out|expired|too long/i, '5.4.7'],
];

const causeIn = (diagnostic: string): string | undefined => CAUSES.find(([words]) => words.test(diagnostic))?.[1];

export const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_DIAGNOSTIC);
