import { address, serialize, word, type Part } from './compose.js';

export interface DemoMessage {
  folder: 'INBOX' | 'Sent' | 'Drafts' | 'Junk' | 'Trash';
  raw: Buffer;
  flags: string[];
  internalDate: Date;
  /** What it exercises. */
  name: string;
}

export interface Letter {
  name: string;
  /** UTC. */
  at: string;
  from: string;
  /** To Anna unless given; an empty one, or an empty subject, is left out. */
  to?: string;
  /** Encoded already when it must not be utf-8. */
  subject: string;
  content: Part;
  headers?: Record<string, string>;
  /** The left half of the Message-ID; by default made from the name. */
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
