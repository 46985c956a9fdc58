import { address, serialize, word, type Part } from './compose.js';

export interface DemoMessage {
  folder: 'INBOX' | 'Sent' | 'Drafts' | 'Junk' | 'Trash';
  raw: Buffer;
  flags: string[];
  internalDate: Date;
  /** the feature that the message exercises */
  name: string;
}

export interface Letter {
  name: string;
  /** ISO 8601, UTC */
  at: string;
  from: string;
  /** default: Anna; empty: the message has no To field */
  to?: string;
  /** encoded by the caller for charsets other than utf-8; empty: the message has no Subject field */
  subject: string;
  content: Part;
  headers?: Record<string, string>;
  /** the part of the Message-ID before the @; default: derived from the name */
  id?: string;
  folder?: DemoMessage['folder'];
  flags?: string[];
}

export const anna = address('Anna Kowalska', 'anna@example.test');

export function letter({
  name,
  at,
  from,
  to = anna,
  subject,
  content,
  headers = {},
  id,
  folder = 'INBOX',
  flags = [],
}: Letter): DemoMessage {
  const sent = new Date(at);
  const head: Record<string, string> = {
    From: from,
    ...(to && { To: to }),
    ...(subject && { Subject: subject.startsWith('=?') ? subject : word(subject) }),
    Date: rfc5322Date(sent),
    'Message-ID': messageId(id ?? name.toLowerCase().replace(/[^a-z0-9]+/g, '-'), from),
    'MIME-Version': '1.0',
    ...headers,
  };
  const raw = serialize({ headers: { ...head, ...content.headers }, body: content.body });
  return { name, folder, flags, raw, internalDate: new Date(sent.getTime() + 4_000) };
}

export function messageId(id: string, from: string): string {
  return `<${id}@${/@([^>\s]+)>?$/.exec(from)?.[1] ?? 'example.test'}>`;
}

export function rfc5322Date(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
