import { Injectable } from '@nestjs/common';
import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import type { Needle, Piece } from './extract.js';
import {
  extractOfBlob,
  type HeadWanted,
  type OpenedMessage,
  type Opening,
  openMessage,
  type ReadHead,
  readHeads,
} from './message.js';
import { type ReactionReading, readForReactions } from './reaction-reading.js';
import { type SearchWords, searchWordsOfBlob } from './search-words-of-blob.js';

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
   * Reads the heads of messages of one account in a worker thread, in their order. Unreadable bytes give
   * `parsed: false`.
   * @throws Refused of kind `unavailable` while no thread works
   */
  heads(wanted: readonly HeadWanted[], accountId: string): Promise<ReadHead[]> {
    return readHeads(wanted, accountId);
  }

  /**
   * The words by which search finds the text of a message, as a tsvector. A worker thread reads the blob
   * and parses it.
   * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
   */
  searchWords(blob: SealedBlob): Promise<SearchWords> {
    return searchWordsOfBlob(blob);
  }

  /**
   * A short extract of the text of a message, with the words of a search. A worker thread reads the blob.
   * @throws Refused of kind `unavailable` while no thread works
   */
  extract(blob: SealedBlob, needles: readonly Needle[], bounds: { caller: string; timeMs: number }): Promise<Piece[]> {
    return extractOfBlob(blob, needles, bounds);
  }

  /**
   * The report that a message holds, and the fields that decide about an automatic reply. A worker thread reads the
   * blob. Null: the bytes are missing, damaged or unreadable.
   * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
   */
  forReactions(blob: SealedBlob, accountId: string): Promise<ReactionReading | null> {
    return readForReactions(blob, accountId);
  }
}
