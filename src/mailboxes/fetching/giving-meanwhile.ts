import type { OpenAccount } from '../../accounts/account.fold.js';
import type { Imap } from '../../mail/servers/imap.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import type { Origin } from '../../platform/commands/decide.js';
import type { WishRun } from '../wishes/wish-run.js';

/**
 * Gives wishes between two chunks of a long intake, under its lease, over a connection of its own: the other one has a
 * folder open.
 */
export class GivingMeanwhile {
  /** true once the rest waits for the end: it needs a look, or the server takes no second connection */
  private waits = false;

  constructor(
    private readonly wishes: WishRun,
    private readonly connect: () => Promise<Imap>,
    private readonly accountId: string,
    private readonly open: OpenAccount,
    private readonly origin: Origin,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns true if wishes were given */
  async give(): Promise<boolean> {
    const { accountId, open, origin, signal } = this;
    if (this.waits || !(await this.wishes.arePending(accountId))) return false;
    let imap: Imap | undefined;
    try {
      imap = await this.connect();
      this.waits = await this.wishes.apply(imap, accountId, open, origin, signal, new Set());
    } catch (error) {
      if (signal.aborted || !(error instanceof MailServerFailure)) throw error;
      this.waits = true;
    } finally {
      await imap?.close();
    }
    return true;
  }
}
