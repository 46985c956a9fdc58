import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { Refused } from '../../platform/domain.js';
import type { Outcome } from './message.js';
import { Tsvector } from '../../platform/read-models/tsvector.js';
import { readers, unlessAtFault } from './reading-threads.js';

const SEARCH_BYTES = 1024 * 1024;
/** Messages of one task: a task of its own would cost as much as the reading of a short message. */
const TOGETHER = 8;

/** `missing`: the blob is missing or damaged. `unreadable`: no thread can read the message within the limits. */
export interface SearchWords {
  words: Tsvector;
  state: 'read' | 'missing' | 'unreadable';
}

export const NO_WORDS = Tsvector.of(new Map());

/** `failed`: the blob store does not answer. */
/** The value: bytes of a tsvector. */
export type BlobOutcome = Outcome<Uint8Array> | { missing: true } | { failed: string };

/**
 * The words by which search finds the text of a message, as a tsvector: those of at most 1 MiB of UTF-8.
 * The worker thread reads the blob. A message that a thread could not read is tried a second time, in a new thread.
 * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
 */
export async function searchWordsOfBlob(blob: SealedBlob): Promise<SearchWords> {
  let outcome = await inGroup(blob);
  if ('atFault' in outcome) [outcome] = await read([blob]);
  if ('failed' in outcome) throw new Refused('blob-store-fails', 'unavailable', outcome.failed);
  if ('missing' in outcome) return { words: NO_WORDS, state: 'missing' };
  return 'value' in outcome
    ? { words: Tsvector.from(outcome.value), state: 'read' }
    : { words: NO_WORDS, state: 'unreadable' };
}

export interface SearchTask {
  blobs: SealedBlob[];
  maxBytes: number;
}

type Read = BlobOutcome & { atFault?: true };
type Outcomes = [Read, ...Read[]];

async function read(blobs: [SealedBlob, ...SealedBlob[]]): Promise<Outcomes> {
  const task: SearchTask = { blobs, maxBytes: SEARCH_BYTES };
  const outcomes = await unlessAtFault(readers.run<Outcomes>('searchWordsOfBlobs', task, { lane: 'search' }));
  return 'atFault' in outcomes ? [outcomes] : outcomes;
}

let gathering: { blobs: [SealedBlob, ...SealedBlob[]]; outcomes: Promise<Outcomes> } | undefined;

/** Reads the message with the others of this turn of the event loop; alone if a thread fails at them together. */
async function inGroup(blob: SealedBlob): Promise<Read> {
  if (gathering && gathering.blobs.length < TOGETHER) gathering.blobs.push(blob);
  else {
    const blobs: [SealedBlob, ...SealedBlob[]] = [blob];
    const outcomes = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (gathering?.blobs === blobs) gathering = undefined;
      return read(blobs);
    });
    gathering = { blobs, outcomes };
  }
  const { blobs, outcomes } = gathering;
  const [first, ...others] = await outcomes;
  if (first.atFault && blobs.length > 1) return (await read([blob]))[0];
  return [first, ...others][blobs.indexOf(blob)]!;
}
