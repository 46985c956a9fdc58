import { type Imap, openMailbox, tryIncomingLogin } from './imap.js';
import type { OutboundGuard } from './outbound-guard.js';
import type { Credentials, ServerSettings } from './servers.js';
import { MailServerFailure } from './servers.js';
import { tryLogin } from './smtp.js';

export interface ServersToTry {
  /** null: only sends */
  incoming: ServerSettings | null;
  outgoing: ServerSettings;
}

const TRY_MS = 20_000;

/** The mail servers of the world, behind the guard. */
export class MailServers {
  constructor(private readonly guard: OutboundGuard) {}

  /** The first failure, incoming before outgoing; undefined when both took the login. Both are tried at once. */
  async tryLogins({ incoming, outgoing }: ServersToTry, credentials: Credentials): Promise<MailServerFailure | undefined> {
    const options = { guard: this.guard, timeoutMs: TRY_MS };
    const tried = await Promise.allSettled([
      incoming ? tryIncomingLogin(incoming, credentials, options) : Promise.resolve(),
      tryLogin(outgoing, credentials, options),
    ]);
    for (const outcome of tried) {
      if (outcome.status === 'fulfilled') continue;
      if (outcome.reason instanceof MailServerFailure) return outcome.reason;
      throw outcome.reason;
    }
    return undefined;
  }

  /** @throws MailServerFailure */
  open(incoming: ServerSettings, credentials: Credentials, signal: AbortSignal): Promise<Imap> {
    return openMailbox(incoming, credentials, { guard: this.guard, signal });
  }
}
