import { queries } from './queries.js';

/** Queries that count whole mailboxes, by the first word of their key; pages of messages fit to their calendar. */
const COUNTS: ReadonlySet<string> = new Set(['accounts', 'calendar', 'folders', 'messages']);
/** Pause after a count, in times of its duration: a large mailbox is counted less often than a small one. */
const PAUSE = 5;
/** A count takes long while the service is away, too. */
const LONGEST_MS = 5000;

/** @param durationMs of the count before */
export const pauseAfter = (durationMs: number): number => Math.min(PAUSE * durationMs, LONGEST_MS);

export const isCount = (word: string): boolean => COUNTS.has(word);

/** Counts again after changes: at once, or after the pause and then once for all changes. */
export class Recounts {
  private readonly asked = new Set<string>();
  private isPending = false;
  private notBefore = 0;

  /** @param count loads the counts again, and resolves when they are there */
  constructor(private readonly count: (words: ReadonlySet<string>) => Promise<void>) {}

  ask(words: Iterable<string>): void {
    for (const word of words) this.asked.add(word);
    if (this.isPending || this.asked.size === 0) return;
    this.isPending = true;
    setTimeout(() => void this.run(), Math.max(0, this.notBefore - performance.now()));
  }

  private async run(): Promise<void> {
    const begun = performance.now();
    const words = new Set(this.asked);
    this.asked.clear();
    await this.count(words).catch(() => undefined); // the components show the failure
    const ended = performance.now();
    this.notBefore = ended + pauseAfter(ended - begun);
    this.isPending = false;
    this.ask([]);
  }
}

const recounts = new Recounts((words) =>
  queries.invalidateQueries({ predicate: ({ queryKey }) => words.has(String(queryKey[0])) }),
);

/** Loads counts again that show on the page. @param words of `isCount`; default: all */
export const recount = (words: Iterable<string> = COUNTS): void => recounts.ask(words);
