import { accountStream } from '../account.events.js';
import { type ConnectionEvent, connectionStream } from '../../mailboxes/mailbox.events.js';
import type { Decide, Origin } from '../../platform/commands/decide.js';
import type { Decider } from '../../platform/domain.js';
import type { Position } from '../../platform/log/event-store.js';
import { isSameLogin, loginInForce } from './login-in-force.js';
import type { MailServerFailure } from '../../mail/servers/servers.js';
import type { ToLogIn } from '../sign-in/mail-logins.js';

type Failure = Pick<MailServerFailure, 'server' | 'reason' | 'detail'>;
type Connection =
  | { status: 'unknown' }
  | { status: 'connected' }
  | ({ status: 'failing' } & { server: string; reason: string; detail: string });

/** The last fact says it all, so no more of the stream is read. */
const connection: Decider<Connection, ConnectionEvent> = {
  initial: { status: 'unknown' },
  evolve: (_, fact) => (fact.type === 'LoginAccepted' ? { status: 'connected' } : { status: 'failing', ...fact.data }),
};

/**
 * Puts on record what the servers say about an account, when it is news; answers the position at which it is told. An answer to
 * a login that has been changed meanwhile is none: a server may take its time to refuse, and the new login may work by then.
 */
export class ConnectionNews {
  constructor(private readonly decide: Decide) {}

  accepted(accountId: string, tried: ToLogIn, origin: Origin): Promise<Position> {
    return this.record(accountId, tried, origin, (state) =>
      state.status === 'connected' ? [] : [{ type: 'LoginAccepted', data: { accountId } }],
    );
  }

  failed(accountId: string, tried: ToLogIn, { server, reason, detail }: Failure, origin: Origin): Promise<Position> {
    return this.record(accountId, tried, origin, (state) =>
      state.status === 'failing' && state.server === server && state.reason === reason
        ? []
        : [{ type: 'ConnectionFailed', data: { accountId, server, reason, detail } }],
    );
  }

  /** Whether the account still logs in with what was tried, and where. */
  async isInForce(accountId: string, tried: ToLogIn): Promise<boolean> {
    return isSameLogin(tried, (await this.decide.load(accountStream(accountId), loginInForce)).state);
  }

  private async record(
    accountId: string,
    tried: ToLogIn,
    origin: Origin,
    rule: (state: Connection) => ConnectionEvent[],
  ): Promise<Position> {
    const inForce = await this.isInForce(accountId, tried);
    const told = (state: Connection): ConnectionEvent[] => (inForce ? rule(state) : []);
    return (await this.decide.on(connectionStream(accountId), connection, origin, told, { last: 1 })).position;
  }
}
