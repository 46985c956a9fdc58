import { MailServerFailure } from '../../mail/servers/servers.js';

/** Without a message; also 10,000 empty folders of a slow server take less. */
const LONGEST_HOURS = 2;

/**
 * Bounds a fetch as a whole: a server that takes minutes for each command would hold a slot for days. A command itself
 * has five minutes, so a look between commands is enough.
 */
export class Patience {
  private since: number;

  /** @param now monotonic milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.since = now();
  }

  /** The server has given a message, or a piece of one. */
  renew(): void {
    this.since = this.now();
  }

  /** @throws MailServerFailure `stalled` */
  check(): void {
    if (this.now() - this.since <= LONGEST_HOURS * 3_600_000) return;
    throw new MailServerFailure('stalled', `The server gave no message within ${LONGEST_HOURS} hours`, 'incoming');
  }
}
