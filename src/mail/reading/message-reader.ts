import { Injectable } from '@nestjs/common';
import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { type OpenedMessage, type Opening, openMessage, type SearchText, searchTextOfBlob } from './message.js';

/** Reads the bytes of messages for the slices and for the screens. */
@Injectable()
export class MessageReader {
  /**
   * Parses in a worker thread, and makes the HTML of a shown message safe there. Unreadable bytes give `parsed: false`.
   * @throws Refused of kind `unavailable` while no thread works
   */
  open(raw: Buffer, opening: Pick<Opening, 'shown' | 'caller'>): Promise<OpenedMessage> {
    return openMessage(raw, opening);
  }

  /**
   * The plain text by which search finds a message, at most 64 KiB of UTF-8. A worker thread reads the blob and parses
   * it.
   * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
   */
  searchText(blob: SealedBlob): Promise<SearchText> {
    return searchTextOfBlob(blob);
  }
}
