import { MessageReader, type ReadMessage, type ShownHtml } from '../platform/message-reader.js';
import { openMessage, searchText } from './message.js';
import { safeHtml } from './safe-html.js';

/** Reads mail as `message.ts` opens it and `safe-html.ts` shows it. */
export class MailMessageReader extends MessageReader {
  open(raw: Buffer): Promise<ReadMessage> {
    return openMessage(raw);
  }

  searchText(raw: Buffer): Promise<string> {
    return searchText(raw);
  }

  safeHtml(html: string, shown: ShownHtml): string {
    return safeHtml(html, shown);
  }
}
