import { Injectable } from '@nestjs/common';
import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { type OpenedMessage, openMessage, type SearchText, searchTextOfBlob } from './message.js';
import { safeHtml, type SafeHtmlOptions } from './safe-html.js';

export type ReadMessage = OpenedMessage;
type ShownHtml = SafeHtmlOptions;

/** Reads the bytes of messages for the slices and for the screens. */
@Injectable()
export class MessageReader {
  /**
   * Parses in a worker thread. Unreadable bytes give `parsed: false`.
   * @throws Refused of kind `unavailable` while no thread works
   */
  open(raw: Buffer): Promise<ReadMessage> {
    return openMessage(raw);
  }

  /**
   * The plain text by which search finds a message, at most 64 KiB of UTF-8. A worker thread reads the blob and parses
   * it.
   * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
   */
  searchText(blob: SealedBlob): Promise<SearchText> {
    return searchTextOfBlob(blob);
  }

  /** Makes a sender's HTML safe to show: no script, no form, and without `images` nothing from other servers. */
  safeHtml(html: string, shown: ShownHtml): string {
    return safeHtml(html, shown);
  }
}
