import type { SealedBlob } from '../../platform/blobs/blob-reading.js';

export interface MessageFile {
  /** counts the attachments of the message from 0 */
  index: number;
  filename: string;
  contentType: string;
  /** bytes */
  size: number;
  /** meant to be shown within the text */
  inline: boolean;
  /** without angle brackets */
  contentId: string | null;
  content: Uint8Array;
}

export interface ReadMessage {
  /** as the sender wrote it: never shown but through `safeHtml` */
  html: string | null;
  text: string | null;
  attachments: MessageFile[];
  /** false: too large, so that its text may be cut and its attachments are not there */
  complete: boolean;
  /** false: cannot be read as a message */
  parsed: boolean;
}

export interface ShownHtml {
  /** whether what lies on other servers is loaded */
  images: boolean;
  /** where the message's own part with this Content-ID can be loaded from; null when there is none */
  cid: (contentId: string) => string | null;
}

/** What the bytes of a message say. Both sides read mail; only the write side knows how (`mail/message-reader.ts`). */
export abstract class MessageReader {
  /** Off the main thread. Never throws: what cannot be read is not `parsed`. */
  abstract open(raw: Buffer): Promise<ReadMessage>;

  /**
   * The text by which a message is found, of bounded length; empty when it is damaged. Read and parsed off the main thread.
   * @throws Error when the blob store does not answer
   */
  abstract searchText(blob: SealedBlob): Promise<string>;

  /** HTML of a stranger made safe to show: no script, no form, and nothing loaded from elsewhere unless `images`. */
  abstract safeHtml(html: string, shown: ShownHtml): string;
}
