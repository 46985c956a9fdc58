import type { Readable } from 'node:stream';

export interface Person {
  name?: string | null;
  address: string;
}

/** The message that a reply quotes, or that is forwarded. */
export interface Quoted {
  kind: 'reply' | 'forward';
  from: Person | null;
  to?: readonly Person[];
  cc?: readonly Person[];
  subject?: string | null;
  date: Date;
  /** as its sender wrote it */
  html: string | null;
  text: string | null;
  /** BCP 47, of the line above the quotation; null: words of no language */
  language?: string | null;
  /** IANA, of the date above the quotation; default UTC */
  timeZone?: string;
}

/** The words of a message, before they are put together. HTML is cleaned here: it may come from anywhere. */
export interface Words {
  html: string | null;
  text: string | null;
  /** HTML above the words; null: none */
  header?: string | null;
  /** HTML below the words, above a quotation; null: none */
  signature?: string | null;
  quoted?: Quoted | null;
}

export interface OutgoingFile {
  filename: string;
  contentType: string;
  /** as `cid:` of the HTML names it, without angle brackets; a file that no HTML names is an attachment */
  cid?: string | null;
  /** called once for each composition; of a message (`message/*`) twice */
  content: Uint8Array | (() => Readable | Promise<Readable>);
  /** of the bytes, hex; may be absent */
  sha256?: string;
}

export interface OutgoingMessage extends Words {
  /** with angle brackets; it also makes the boundaries, so that equal input is equal bytes */
  messageId: string;
  date: Date;
  from: Person;
  to: readonly Person[];
  cc?: readonly Person[];
  bcc?: readonly Person[];
  replyTo?: readonly Person[];
  subject: string;
  /** Message-ID of the message that this one answers */
  inReplyTo?: string | null;
  /** as `referencesOf` gives them, oldest first */
  references?: readonly string[];
  files?: readonly OutgoingFile[];
  /** true: an answer that no person wrote (RFC 3834), which others must not answer */
  automatic?: boolean;
  /** further fields, such as `List-Unsubscribe` */
  extra?: Readonly<Record<string, string>>;
}
