import type { FailureReason } from '../../src/mail/servers/servers.js';
import { type ConnectionReason, failureOf, whyConnectingFailed } from './connection-failure.js';

/** These stand for a message or a sign-in, and never for the connection of an account. */
type NotOfConnections = 'sign-in-needed' | 'sender-refused' | 'message-too-large';
const lacking: Exclude<FailureReason, ConnectionReason | NotOfConnections>[] = [];

const failed = (reason: string, detail = '') => failureOf({ accountId: 'info', server: 'incoming', reason, detail });

describe('a failed connection', () => {
  it('has a word for each failure of a mail server', () => {
    expect(lacking satisfies never[]).toEqual([]);
    expect(failed('stalled', 'slow')).toEqual({ reason: 'stalled', server: 'incoming', detail: 'slow' });
  });

  it('of another release is told without its word', () => {
    expect(failed('constructor')).toMatchObject({ reason: 'other' });
    expect(whyConnectingFailed(failed('constructor'))).toBe('The incoming server failed.');
  });
});
