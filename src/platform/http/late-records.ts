import { Injectable } from '@nestjs/common';
import pRetry from 'p-retry';

const RETRIES = { retries: 5, minTimeout: 200 };
/** Beyond it, an answer waits for its record, so that a flood cannot fill the memory. */
const MOST_IN_PROGRESS = 500;
/** After this time, read models show a record, or their delay is known by `/health`. */
const SHOWN_AFTER_MS = 10_000;

/** Records that an answer does not wait for. A stop waits for them, and so does the list that shows them. */
@Injectable()
export class LateRecords {
  private readonly inProgress = new Set<Promise<void>>();
  private lastEnd = -Infinity;

  /** Begins the record, and tries again after a failure. Resolves at once, unless too many records are in progress. */
  async begin(record: () => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    const recording = pRetry(record, RETRIES).catch(failed);
    this.inProgress.add(recording);
    void recording.then(() => {
      this.inProgress.delete(recording);
      this.lastEnd = performance.now();
    });
    if (this.inProgress.size > MOST_IN_PROGRESS) await recording;
  }

  /** Waits for the records in progress. True if read models may still be without a record. */
  async settled(): Promise<boolean> {
    await Promise.all(this.inProgress);
    return performance.now() - this.lastEnd < SHOWN_AFTER_MS;
  }
}
