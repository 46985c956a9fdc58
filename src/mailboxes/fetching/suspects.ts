/** Messages of one folder that one fetch may leave out because connections end at them. */
const MOST = 10;

/**
 * Finds the messages of one folder at which a connection ends each time, so that a fetch gets past them. After a
 * connection that gave no message, the next one asks for single messages; the one at which that connection ends has
 * failed, and a later fetch tries it again.
 */
export class Suspects {
  private readonly found = new Set<number>();
  private alone = false;

  /** true: messages are asked for one by one */
  get oneByOne(): boolean {
    return this.alone;
  }

  without(uids: readonly number[]): number[] {
    return uids.filter((uid) => !this.found.has(uid));
  }

  /**
   * A connection ended.
   * @param gave true if it gave a message
   * @param at the only message that was asked for
   * @returns the message that has failed
   */
  ended(gave: boolean, at: number | undefined): number[] {
    const isAtFault = this.alone && at !== undefined && this.found.size < MOST;
    this.alone = !gave && !isAtFault;
    if (!isAtFault) return [];
    this.found.add(at);
    return [at];
  }
}
