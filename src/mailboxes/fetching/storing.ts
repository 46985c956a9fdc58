import type { ReadMessage, Stored } from '../../messages/message-intake.js';
import { freeBuffer } from '../../platform/blobs/free-buffer.js';

const BATCHES_AT_ONCE = 3;

/** Stores few batches at a time: back-pressure on reading keeps memory bounded. */
export class Storing {
  private readonly running = new Set<Promise<Stored>>();
  private failure: { error: unknown } | undefined;

  constructor(private readonly store: (batch: ReadMessage[]) => Promise<Stored>) {}

  /** Waits for room, then owns the bytes of the batch and frees them. @throws the error of an earlier batch */
  async take(batch: ReadMessage[]): Promise<{ outcome: Promise<Stored> }> {
    while (this.running.size >= BATCHES_AT_ONCE) await Promise.race(this.running).catch(() => undefined);
    if (this.failure) throw this.failure.error;
    const outcome = this.store(batch).finally(() => {
      this.running.delete(outcome);
      for (const { source } of batch) if (Buffer.isBuffer(source)) freeBuffer(source);
    });
    this.running.add(outcome);
    outcome.catch((error: unknown) => (this.failure = { error }));
    return { outcome };
  }

  /** Stores a streamed message while it is being read, without a limit. */
  now(batch: ReadMessage[]): Promise<Stored> {
    return this.store(batch);
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.running);
  }
}
