import type { SealedBlob } from '../../platform/blobs/blob-reading.js';
import { Refused } from '../../platform/domain.js';
import type { DeliveryReport } from './delivery-report.js';
import { readers, unlessAtFault } from './reading-threads.js';
import type { ReplyFields } from './reply-fields.js';
import type { BlobOutcome } from './search-words-of-blob.js';

/** Beginning of a message that is read: reports return the header of the other message near their beginning. */
const READ_BYTES = 1024 * 1024;

/** The data from the bytes of a received message that reactions need. */
export interface ReactionReading {
  report: DeliveryReport | null;
  fields: ReplyFields;
}

export interface ReactionTask {
  blob: SealedBlob;
  maxBytes: number;
}

/** The value: a `ReactionReading`. */
export type ReactionOutcome = Exclude<BlobOutcome, { value: unknown }> | { value: ReactionReading };

/**
 * A worker thread reads the blob. Null: its bytes are missing or damaged, or cannot be read within the limits.
 * @param lane of the fair queue: the account
 * @throws Refused of kind `unavailable` while no thread works, or the blob store does not answer
 */
export async function readForReactions(blob: SealedBlob, lane: string): Promise<ReactionReading | null> {
  const task: ReactionTask = { blob, maxBytes: READ_BYTES };
  const outcome = await unlessAtFault(readers.run<ReactionOutcome>('reactionReading', task, { lane }));
  if ('failed' in outcome) throw new Refused('blob-store-fails', 'unavailable', outcome.failed);
  return 'value' in outcome ? outcome.value : null;
}
