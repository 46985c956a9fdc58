import { waitUntil } from '../../../test/journeys/wait-until.js';
import type { Script } from '../../../test/smtp-sink/sink-script.js';
import { SmtpSink } from '../../../test/smtp-sink/smtp-sink.js';
import { OutboundGuard } from './outbound-guard.js';
import { OutgoingSessions } from './outgoing-sessions.js';
import type { SendFailed } from './send-outcome.js';
import { sendByServer, type SentAttempt } from './smtp-sending.js';

const anna = { login: 'anna@example.test', password: 'secret' };
const guard = new OutboundGuard({ allowPrivate: true });

let sink: SmtpSink;
let sessions: OutgoingSessions;
beforeEach(async () => {
  sink = await SmtpSink.start();
  sessions = new OutgoingSessions();
});
afterEach(async () => {
  sessions.close();
  await sink.stop();
});

async function* bytesOf(n: number): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(`Message-ID: <${n}@example.test>\r\n\r\nHello\r\n`));
}

function send(n: number, { signal = new AbortController().signal, password = 'secret' } = {}): Promise<SentAttempt> {
  const message = {
    envelope: { from: anna.login, to: ['ben@example.org'] },
    size: 42,
    bytes: () => bytesOf(n),
    beforeFinalDot: () => Promise.resolve(),
  };
  return sendByServer(sink.settings, { ...anna, password }, message, { guard, signal }, sessions);
}

/** Fails the step of this name with this number in one connection. */
const closing =
  (name: string, nth: number, reply = ''): Script =>
  (step) => {
    if (step.name !== name || step.nth !== nth) return undefined;
    if (!reply) step.socket.destroy();
    return reply;
  };

it('sends the next message of a login in the same session', async () => {
  expect(await send(1)).toMatchObject({ loggedIn: true });
  expect(await send(2)).toMatchObject({ loggedIn: false, recipients: [{ result: 'accepted' }] });
  expect(sink.connections).toBe(1);
  expect(sink.messages.map(({ messageId }) => messageId)).toEqual(['<1@example.test>', '<2@example.test>']);
});

it('never lends a session to another login', async () => {
  await send(1);
  expect(await send(2, { password: 'newer' })).toMatchObject({ loggedIn: true });
  expect(sink.connections).toBe(2);
});

it('gives each of two messages at the same moment a session of its own', async () => {
  await Promise.all([send(1), send(2)]);
  await Promise.all([send(3), send(4)]);
  expect(sink.connections).toBe(2);
  expect(sink.messages).toHaveLength(4);
});

it('outlives the message that opened the session', async () => {
  const first = new AbortController();
  await send(1, { signal: first.signal });
  first.abort();
  expect(await send(2)).toMatchObject({ loggedIn: false });
});

it.each(['', '421 4.4.2 Idle for too long', '452 4.5.3 Too many messages in this session', '503 5.5.1 Wrong order'])(
  'sends once in a new session when the server ended the old one with "%s"',
  async (reply) => {
    sink.script = closing('MAIL', 2, reply);
    await send(1);
    expect(await send(2)).toMatchObject({ loggedIn: true, recipients: [{ result: 'accepted' }] });
    expect([...sink.counts().values()]).toEqual([1, 1]);
  },
);

it('repeats nothing when the session breaks after the final dot', async () => {
  await send(1);
  sink.script = closing('DOT', 2);
  const failed: unknown = await send(2).catch((error: unknown) => error);
  expect((failed as SendFailed).reached).toBe('after-final-dot');
  expect(sink.connections).toBe(1);
  expect(await send(3)).toMatchObject({ loggedIn: true });
});

it('ends a session after fifty messages, and at its close', async () => {
  for (let n = 0; n < 51; n++) await send(n);
  expect(sink.connections).toBe(2);
  sessions.close();
  await waitUntil(
    () => Promise.resolve(sink.commands.filter((line) => line === 'QUIT').length),
    (quits) => quits === 2,
  );
});
