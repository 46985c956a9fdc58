import { type ConnectionEvent, connectionStream } from '../mailboxes/mailbox.events.js';
import type { Decide, Origin } from '../platform/decide.js';
import type { Decider } from '../platform/domain.js';
import type { Position } from '../platform/event-store.js';
import type { MailServerFailure } from './servers.js';

type Failure = Pick<MailServerFailure, 'server' | 'reason' | 'detail'>;
type Connection =
  { status: 'unknown' } | { status: 'connected' } | ({ status: 'failing' } & { server: string; reason: string; detail: string });

/** The last fact says it all, so no more of the stream is read. */
const connection: Decider<Connection, ConnectionEvent> = {
  initial: { status: 'unknown' },
  evolve: (_, fact) => (fact.type === 'LoginAccepted' ? { status: 'connected' } : { status: 'failing', ...fact.data }),
};

/** Puts on record what the servers say about an account, when it is news; answers the position at which it is told. */
export class ConnectionNews {
  constructor(private readonly decide: Decide) {}

  accepted(accountId: string, origin: Origin): Promise<Position> {
    return this.record(accountId, origin, (state) =>
      state.status === 'connected' ? [] : [{ type: 'LoginAccepted', data: { accountId } }],
    );
  }

  failed(accountId: string, { server, reason, detail }: Failure, origin: Origin): Promise<Position> {
    return this.record(accountId, origin, (state) =>
      state.status === 'failing' && state.server === server && state.reason === reason
        ? []
        : [{ type: 'ConnectionFailed', data: { accountId, server, reason, detail } }],
    );
  }

  private async record(accountId: string, origin: Origin, rule: (state: Connection) => ConnectionEvent[]): Promise<Position> {
    return (await this.decide.on(connectionStream(accountId), connection, origin, rule, { last: 1 })).position;
  }
}
