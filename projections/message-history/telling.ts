import type { Shelf } from '../../src/mailboxes/places.events.js';

/** A change of a field of the message. */
export interface MessageChange {
  field: 'seen' | 'flagged' | 'answered' | 'forwarded' | 'deletedElsewhere' | 'folderId' | 'deleted';
  /** null: none, or not on record */
  from: boolean | string | null;
  to: boolean | string | null;
}

/** Continues after the author's name; without an author, after the message. */
export interface MessageSentence {
  summary: string;
  changes: MessageChange[];
}

/** Path of a folder today, in quotation marks. */
export type FolderNameOf = (folderId: string) => string;

/** Part of a fact that tells the same about each of its messages. Holds no text and no person of a message. */
export interface Part<S extends object = object> {
  messageIds: readonly string[];
  /** the sentence is made of it */
  data: S;
  /** place to which the messages came */
  into?: Shelf;
  /** place that they left */
  outOf?: Shelf;
  /** place that lost all its messages: `messageIds` is empty */
  emptied?: Shelf;
  /** number of the wish; the server follows it */
  wish?: number;
}

export interface Telling<D = never> {
  /** `server`: another mail program, or the server itself, made the change; else the author of the fact */
  author: 'person' | 'server';
  parts: (data: D) => readonly Part[];
  sentence: (data: object, nameOf: FolderNameOf) => MessageSentence;
}

export const telling = <D, S extends object>(
  author: Telling['author'],
  parts: (data: D) => readonly Part<S>[],
  sentence: (data: S, nameOf: FolderNameOf) => MessageSentence,
): Telling<D> => ({ author, parts, sentence: sentence as Telling['sentence'] });
