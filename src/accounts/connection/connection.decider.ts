import type { DataOf } from '../../platform/domain.js';
import type { ConnectionEvent } from './connection.events.js';
import type { Connection } from './connection.fold.js';

/** Nothing when the last login was accepted as well. */
export const acceptLogin = (state: Connection, accountId: string): ConnectionEvent[] =>
  state.status === 'connected' ? [] : [{ type: 'LoginAccepted', data: { accountId } }];

/** Nothing when the last login failed at the same server for the same reason. */
export const failConnection = (
  state: Connection,
  { accountId, server, reason, detail }: DataOf<ConnectionEvent, 'ConnectionFailed'>,
): ConnectionEvent[] =>
  state.status === 'failing' && state.server === server && state.reason === reason
    ? []
    : [{ type: 'ConnectionFailed', data: { accountId, server, reason, detail } }];
