import type { Decider } from '../../platform/domain.js';
import type { ConnectionEvent } from './connection.events.js';

export type Connection =
  | { status: 'unknown' }
  | { status: 'connected' }
  | { status: 'failing'; server: string; reason: string; detail: string };

export const connection: Decider<Connection, ConnectionEvent> = {
  reads: 'last',
  initial: { status: 'unknown' },
  evolve(_, fact) {
    switch (fact.type) {
      case 'LoginAccepted':
        return { status: 'connected' };
      case 'ConnectionFailed': {
        const { server, reason, detail } = fact.data;
        return { status: 'failing', server, reason, detail };
      }
      default:
        return fact satisfies never;
    }
  },
};
