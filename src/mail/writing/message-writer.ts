import { Injectable } from '@nestjs/common';
import { Refused } from '../../platform/domain.js';
import { readers, unlessAtFault } from '../reading/reading-threads.js';
import { type Composition, compose, domainOf } from './compose.js';
import { type DraftWords, draftWords } from './draft-words.js';
import type { OutgoingMessage, Words } from './outgoing-message.js';
import type { WrittenBody } from './written-body.js';

/** Writes messages for the slices: a worker thread cleans their HTML. */
@Injectable()
export class MessageWriter {
  /**
   * Puts the words of a message together in a worker thread, within 10 s, and composes its bytes.
   * @param caller id of the author: the messages of one author do not keep others waiting
   * @throws Refused 422 for HTML that cannot be cleaned in time; of kind `unavailable` while no thread works
   */
  async write(message: OutgoingMessage, caller: string): Promise<Composition> {
    const { html, text, header = null, signature = null, quoted = null } = message;
    const words: Words = { html, text, header, signature, quoted };
    const task = { words, domain: domainOf(message.messageId) };
    return compose(message, await inTime(readers.run<WrittenBody>('writtenBodyOf', task, { lane: caller })));
  }

  /**
   * Makes the words of a draft safe to show, in a worker thread if there is HTML, and takes a line of text from them.
   * @throws as `write`
   */
  async draft(words: Pick<Words, 'html' | 'text'>, caller: string): Promise<DraftWords> {
    return words.html === null
      ? draftWords(words)
      : inTime(readers.run<DraftWords>('draftWordsOf', words, { lane: caller }));
  }
}

/** @throws Refused 422 `message-too-complex` */
async function inTime<T extends object>(running: Promise<T>): Promise<T> {
  const done = await unlessAtFault(running);
  if (!('atFault' in done)) return done;
  throw new Refused(
    'message-too-complex',
    'unprocessable',
    'The HTML of this message could not be read in time. Send it as plain text, or as an attachment.',
  );
}
