import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { MessageReader, type ReadMessage, type ShownHtml } from './message-reader.js';
import { openMessage, searchTextOfBlob } from './message.js';
import { safeHtml } from './safe-html.js';

/** Reads mail as `message.ts` opens it and `safe-html.ts` shows it. */
export class MailMessageReader extends MessageReader {
  open(raw: Buffer): Promise<ReadMessage> {
    return openMessage(raw);
  }

  searchText(blob: SealedBlob): Promise<string> {
    return searchTextOfBlob(blob);
  }

  safeHtml(html: string, shown: ShownHtml): string {
    return safeHtml(html, shown);
  }
}
