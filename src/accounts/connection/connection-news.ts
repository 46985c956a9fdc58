import type { MailServerFailure } from '../../mail/servers/servers.js';
import type { Decide, Origin } from '../../platform/commands/decide.js';
import type { Position } from '../../platform/log/event-store.js';
import { accountStream } from '../account.events.js';
import { account, type AccountLogin, isSameLogin, loginOf } from '../account.fold.js';
import { acceptLogin, failConnection } from './connection.decider.js';
import { type ConnectionEvent, connectionStream } from './connection.events.js';
import { connection, type Connection } from './connection.fold.js';

type Failure = Pick<MailServerFailure, 'server' | 'reason' | 'detail'>;

/**
 * Records results of logins at the servers of an account. Ignores results of a login that is not in force any more: a
 * server may refuse slowly, and a new login may work by then. Returns the position at which the result shows.
 */
export class ConnectionNews {
  constructor(private readonly decide: Decide) {}

  accepted(accountId: string, tried: AccountLogin, origin: Origin): Promise<Position> {
    return this.record(accountId, tried, origin, (state) => acceptLogin(state, accountId));
  }

  failed(
    accountId: string,
    tried: AccountLogin,
    { server, reason, detail }: Failure,
    origin: Origin,
  ): Promise<Position> {
    return this.record(accountId, tried, origin, (state) =>
      failConnection(state, { accountId, server, reason, detail }),
    );
  }

  /** True while the account logs in with this login. */
  async isInForce(accountId: string, tried: AccountLogin): Promise<boolean> {
    return isSameLogin(tried, loginOf((await this.decide.load(accountStream(accountId), account)).state));
  }

  private async record(
    accountId: string,
    tried: AccountLogin,
    origin: Origin,
    rule: (state: Connection) => ConnectionEvent[],
  ): Promise<Position> {
    const inForce = await this.isInForce(accountId, tried);
    const news = (state: Connection): ConnectionEvent[] => (inForce ? rule(state) : []);
    return (await this.decide.on(connectionStream(accountId), connection, origin, news)).position;
  }
}
