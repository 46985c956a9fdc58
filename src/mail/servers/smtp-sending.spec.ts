import { setTimeout as pause } from 'node:timers/promises';
import type { Script } from '../../../test/smtp-sink/sink-script.js';
import { EXTENSIONS, type SinkOptions, SmtpSink } from '../../../test/smtp-sink/smtp-sink.js';
import { OutboundGuard } from './outbound-guard.js';
import type { OutgoingMessage, SendOptions } from './outgoing-connection.js';
import type { Attempt, SendFailed } from './send-outcome.js';
import type { Credentials } from './servers.js';
import { sendByServer } from './smtp-sending.js';

const guard = new OutboundGuard({ allowPrivate: true });
const anna = { login: 'anna@example.test', password: 'secret' };
const ben = 'ben@example.org';
const carl = 'carl@example.org';
const letter = 'Message-ID: <1@example.test>\r\nSubject: Hello\r\n\r\n.dot\r\nlast line\r\n';
const sinks: SmtpSink[] = [];

afterEach(async () => {
  await Promise.all(sinks.splice(0).map((sink) => sink.stop()));
});

async function sinkOf(script?: Script, options: SinkOptions = {}): Promise<SmtpSink> {
  const sink = await SmtpSink.start({ ...options, ...(script ? { script } : {}) });
  sinks.push(sink);
  return sink;
}

interface Changed extends Partial<OutgoingMessage> {
  to?: string[];
  from?: string;
  credentials?: Credentials;
  options?: Partial<SendOptions>;
}

function send(sink: SmtpSink, { to = [ben], from = anna.login, credentials, options, ...changed }: Changed = {}) {
  const message = { ...messageTo(...to), ...changed };
  message.envelope.from = from;
  return sendByServer(sink.settings, credentials ?? anna, message, { guard, ...options });
}

async function* blocksOf(...blocks: string[]): AsyncGenerator<Buffer> {
  for (const block of blocks) yield await Promise.resolve(Buffer.from(block));
}

const failureOf = (sending: Promise<Attempt>): Promise<SendFailed> =>
  sending.then(
    () => Promise.reject(new Error('The attempt did not fail.')),
    (error: unknown) => error as SendFailed,
  );

const answering =
  (name: string, reply: string, nth?: number): Script =>
  (step) =>
    step.name === name && (nth === undefined || step.nth === nth) ? reply : undefined;

const closing =
  (name: string): Script =>
  (step) => {
    if (step.name !== name) return undefined;
    step.socket.destroy();
    return '';
  };

const withoutPipelining = { extensions: EXTENSIONS.filter((line) => line !== 'PIPELINING') };

describe('an attempt to send', () => {
  it('hands over the bytes as they are, and tells the answer for each recipient', async () => {
    const sink = await sinkOf(answering('DOT', '250 2.0.0 Ok: queued as 4Gx'));
    expect(await send(sink, { to: [ben, carl] })).toEqual({
      recipients: [ben, carl].map((address) => ({
        address,
        result: 'accepted',
        reply: '250 2.0.0 Ok: queued as 4Gx',
        code: 250,
        enhanced: '2.0.0',
      })),
      response: '250 2.0.0 Ok: queued as 4Gx',
      messageIdOfServer: null,
      loggedIn: true,
    });
    expect(sink.messages).toMatchObject([{ messageId: '<1@example.test>', from: anna.login, to: [ben, carl] }]);
    expect(sink.messages[0]?.raw.toString()).toBe(letter);
    expect(sink.commands[2]).toBe(`MAIL FROM:<${anna.login}> SIZE=${letter.length}`);
  });

  it('writes the final dot only after the mark before it', async () => {
    const sink = await sinkOf();
    let seen: number | undefined;
    await send(sink, {
      beforeFinalDot: async () => {
        await pause(100);
        seen = sink.messages.length;
      },
    });
    expect(seen).toBe(0);
    expect(sink.messages).toHaveLength(1);
  });

  it('closes the connection without the dot when the mark fails, and passes its error on unchanged', async () => {
    const sink = await sinkOf();
    const conflict = Object.assign(new Error('the stream has moved'), { code: 'conflict' });
    const failed = failureOf(send(sink, { beforeFinalDot: () => Promise.reject(conflict) }));
    expect(await failed).toBe(conflict);
    expect(conflict).toMatchObject({ message: 'the stream has moved', code: 'conflict' });
    await pause(50);
    expect(sink.messages).toEqual([]);
  });

  it('closes the connection without the dot when the bytes cannot be read', async () => {
    const sink = await sinkOf();
    const lost = new Error('the blob is missing');
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield* blocksOf('Subject: Hello\r\n\r\nhalf');
      throw lost;
    };
    expect(await failureOf(send(sink, { bytes: broken }))).toBe(lost);
    await pause(50);
    expect(sink.messages).toEqual([]);
  });

  it.each([{}, withoutPipelining])('tells refused and deferred recipients apart, with %j', async (options) => {
    const answers: Record<string, string> = {
      [carl]: '550 5.1.1 No such user',
      'dora@example.org': '450 4.2.0 Greylisted',
    };
    const sink = await sinkOf(
      ({ name, line }) => (name === 'RCPT' ? answers[/<(.*)>/.exec(line)![1]!] : undefined),
      options,
    );
    const { recipients } = await send(sink, { to: [carl, ben, 'dora@example.org'] });
    expect(recipients).toMatchObject([
      { address: carl, result: 'refused', code: 550, enhanced: '5.1.1', reply: '550 5.1.1 No such user' },
      { address: ben, result: 'accepted' },
      { address: 'dora@example.org', result: 'deferred', code: 450, enhanced: '4.2.0' },
    ]);
    expect(sink.messages[0]?.to).toEqual([ben]);
  });

  it.each([{}, withoutPipelining])('does not reach the mark when all are refused, with %j', async (options) => {
    const sink = await sinkOf(answering('RCPT', '550-5.7.1 Not\r\n550 5.7.1 today'), options);
    const { recipients } = await send(sink, { to: [ben, carl], beforeFinalDot: neverReached });
    expect(recipients).toMatchObject([
      { result: 'refused', reply: '550 5.7.1 Not today' },
      { result: 'refused', reply: '550 5.7.1 Not today' },
    ]);
  });

  it.each(['452 4.5.3 Too many recipients', '552 Too many recipients', '550 5.5.3 Limit'])(
    'defers the recipients behind the limit of a server that answers %s',
    async (reply) => {
      const sink = await sinkOf(({ name, nth }) => (name === 'RCPT' && nth > 1 ? reply : undefined));
      const { recipients } = await send(sink, { to: [ben, carl] });
      expect(recipients).toMatchObject([{ result: 'accepted' }, { result: 'deferred' }]);
    },
  );

  it.each([
    ['451 4.3.0 Try later', 'deferred'],
    ['554 5.6.0 Refused', 'refused'],
  ])('follows the answer %s to DATA', async (reply, result) => {
    const sink = await sinkOf(answering('DATA', reply));
    const { recipients } = await send(sink, { beforeFinalDot: neverReached });
    expect(recipients).toMatchObject([{ result, reply }]);
  });

  it.each([
    ['451 4.3.0 Try later', 'deferred'],
    ['421 4.3.2 Shutting down', 'deferred'],
    ['554 5.7.1 Spam', 'refused'],
    ['552 5.2.2 Mailbox full', 'refused'],
  ])('follows the answer %s to the final dot', async (reply, result) => {
    const sink = await sinkOf(answering('DOT', reply));
    expect((await send(sink)).recipients).toMatchObject([{ result, reply }]);
  });

  it('follows a refusal that arrives before the end of the message, and stops', async () => {
    const sink = await sinkOf(answering('BLOCK', '552 5.3.4 Too big'));
    const slow = async function* (): AsyncGenerator<Buffer> {
      for (let n = 0; n < 200; n++) {
        await pause(10);
        yield Buffer.from('x'.repeat(70) + '\r\n');
      }
    };
    const { recipients } = await send(sink, { bytes: slow, beforeFinalDot: neverReached });
    expect(recipients).toMatchObject([{ result: 'refused', code: 552 }]);
  });

  it('does not believe an acceptance that arrives before the end of the message', async () => {
    const sink = await sinkOf(answering('BLOCK', '250 2.0.0 Queued'));
    const failed = await failureOf(send(sink, { beforeFinalDot: () => pause(200) }));
    expect(failed).toMatchObject({ reached: 'before-final-dot', failure: { reason: 'refused-by-server' } });
    await pause(50);
    expect(sink.messages).toEqual([]);
  });

  it.each([
    ['250 2.0.0 OK <AM9P@AM9P1.eurprd04.prod.outlook.com> [Hostname=AM9P1]', '<AM9P@AM9P1.eurprd04.prod.outlook.com>'],
    ['250 2.0.0 OK <secret@AM9P1.eurprd04.prod.outlook.com>', null],
    ['250 2.0.0 Ok', null],
  ])('tells the Message-ID in %s', async (reply, messageIdOfServer) => {
    expect(await send(await sinkOf(answering('DOT', reply)))).toMatchObject({ messageIdOfServer });
  });

  it('keeps the password out of every answer, and answers short', async () => {
    const echoing: Script = ({ name }) =>
      name === 'RCPT' ? `550 5.1.1 ${anna.password} ${'x'.repeat(5000)}` : undefined;
    const { recipients, response } = await send(await sinkOf(echoing));
    expect(`${recipients[0]?.reply} ${response}`).not.toContain(anna.password);
    expect(recipients[0]).toMatchObject({ code: 550, enhanced: '5.1.1' });
    const long = await send(await sinkOf(answering('DOT', `250 ${'x'.repeat(30_000)}`)));
    expect(long.response.length).toBeLessThanOrEqual(500);
  });
});

describe('the sender', () => {
  it('may be empty or differ from the login', async () => {
    const sink = await sinkOf();
    await send(sink, { from: '' });
    await send(sink, { from: 'bounces+17@example.test' });
    expect(sink.messages.map(({ from }) => from)).toEqual(['', 'bounces+17@example.test']);
    expect(sink.commands[2]).toBe(`MAIL FROM:<> SIZE=${letter.length}`);
  });

  it.each([
    ['553 5.7.1 Not your address', 'sender-refused'],
    ['451 4.7.1 Later', 'temporarily-refused'],
    ['552 5.3.4 Message too big', 'message-too-large'],
    ['550 5.7.30 Basic authentication is not supported for Client Submission.', 'sign-in-needed'],
  ])('that is refused with %s fails the attempt before the final dot with the reason %s', async (reply, reason) => {
    const failed = await failureOf(send(await sinkOf(answering('MAIL', reply)), { beforeFinalDot: neverReached }));
    expect(failed).toMatchObject({ reached: 'before-final-dot', during: 'envelope', failure: { reason } });
    expect(failed.reply?.line).toBe(reply);
  });
});

describe('a failure before the final dot', () => {
  const login = { reached: 'before-final-dot', during: 'login' };

  it.each([
    ['CONNECT', '554 5.7.1 Go away', 'refused-by-server'],
    ['CONNECT', '421 4.7.0 Too many connections', 'temporarily-refused'],
    ['AUTH', '535 5.7.8 Wrong password', 'login-refused'],
    ['AUTH', '454 4.7.0 Later', 'temporarily-refused'],
    ['AUTH', '535 5.7.139 Basic authentication is disabled', 'sign-in-needed'],
    ['AUTH', '550 5.7.30 Basic authentication is not supported', 'sign-in-needed'],
  ])('at %s by the answer %s has the reason %s', async (step, reply, reason) => {
    const failed = await failureOf(send(await sinkOf(answering(step, reply))));
    expect(failed).toMatchObject({ ...login, failure: { reason } });
    expect(failed.reply?.line).toBe(reply);
  });

  it('of a token that the server refuses after its challenge is a refused login', async () => {
    const refusing: Script = ({ name }) =>
      name === 'AUTH' ? '334 eyJzdGF0dXMiOiI0MDAifQ==' : name === '' ? '535 5.7.8 Bad token' : undefined;
    const sink = await sinkOf(refusing);
    const failed = await failureOf(send(sink, { credentials: { login: anna.login, accessToken: 'ya29.token' } }));
    expect(failed).toMatchObject({ ...login, failure: { reason: 'login-refused' }, reply: { code: 535 } });
    expect(`${failed.message} ${failed.failure.detail}`).not.toContain('ya29');
  });

  it('without a server has no answer', async () => {
    const sink = await sinkOf();
    const { settings } = sink;
    await sink.stop();
    sinks.splice(0);
    const failed = await failureOf(sendByServer(settings, anna, messageTo(ben), { guard }));
    expect(failed).toMatchObject({ ...login, failure: { reason: 'unreachable' }, reply: null });
  });

  it.each(['CONNECT', 'EHLO', 'AUTH'])('by a server that is silent at %s comes at the time limit', async (step) => {
    const failed = await failureOf(send(await sinkOf(answering(step, '')), { options: { timeoutMs: 200 } }));
    expect(failed).toMatchObject({ ...login, failure: { reason: 'timed-out' } });
  });

  it.each(['CONNECT', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'])(
    'by a server that closes the connection at %s is a lost connection',
    async (step) => {
      const failed = await failureOf(send(await sinkOf(closing(step)), { beforeFinalDot: neverReached }));
      expect(failed).toMatchObject({ reached: 'before-final-dot', failure: { reason: 'connection-lost' } });
    },
  );

  it.each([{}, withoutPipelining])('is told by 421 in the middle of the recipients, with %j', async (options) => {
    const sink = await sinkOf(answering('RCPT', '421 4.3.2 Shutting down', 2), options);
    const failed = await failureOf(send(sink, { to: [ben, carl, 'dora@example.org'] }));
    expect(failed).toMatchObject({ reached: 'before-final-dot', failure: { reason: 'temporarily-refused' } });
    expect(failed.reply).toMatchObject({ code: 421 });
  });

  it('in the middle of the message is a lost connection, and nothing marks the dot', async () => {
    const sink = await sinkOf(closing('BLOCK'));
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (;;) {
        await pause(1);
        yield Buffer.alloc(64 * 1024, 'x');
      }
    };
    const failed = await failureOf(send(sink, { bytes: endless, beforeFinalDot: neverReached }));
    expect(failed).toMatchObject({
      reached: 'before-final-dot',
      during: 'data',
      failure: { reason: 'connection-lost' },
    });
  });

  it('during the mark waits for the mark, and writes no dot', async () => {
    const sink = await sinkOf(closing('BLOCK'));
    let isMarked = false;
    const beforeFinalDot = async (): Promise<void> => {
      await pause(300);
      isMarked = true;
    };
    const failed = await failureOf(send(sink, { beforeFinalDot }));
    expect(failed).toMatchObject({ reached: 'before-final-dot', failure: { reason: 'connection-lost' } });
    expect(isMarked).toBe(true);
    expect(sink.messages).toEqual([]);
  });

  it('by a server that stops taking the message comes at the time limit of a block', async () => {
    const sink = await sinkOf(({ name }) => (name === 'BLOCK' ? new Promise(() => undefined) : undefined));
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (;;) yield await Promise.resolve(Buffer.alloc(64 * 1024, 'x'));
    };
    const failed = await failureOf(send(sink, { bytes: endless, options: { blockMs: 300 } }));
    expect(failed).toMatchObject({ reached: 'before-final-dot', failure: { reason: 'timed-out' } });
  });

  it('is told before DATA for a message above the size that the server offers', async () => {
    const sink = await sinkOf(undefined, { extensions: ['SIZE 50'] });
    const failed = await failureOf(send(sink));
    expect(failed).toMatchObject({ reached: 'before-final-dot', failure: { reason: 'message-too-large' } });
    expect(sink.commands).not.toContain('DATA');
  });

  it('by an answer without an end comes soon', async () => {
    const flooding: Script = ({ name, socket }) => {
      if (name !== 'EHLO') return undefined;
      for (let n = 0; n < 2000; n++) socket.write(`250-${'x'.repeat(70)}\r\n`);
      return '';
    };
    const failed = await failureOf(send(await sinkOf(flooding)));
    expect(failed).toMatchObject({ ...login, failure: { reason: 'connection-lost' } });
  });
});

describe('a failure after the final dot', () => {
  const unknown = { reached: 'after-final-dot', during: 'data', reply: null };

  it('is unknown when the connection closes without an answer', async () => {
    const failed = await failureOf(send(await sinkOf(closing('DOT'))));
    expect(failed).toMatchObject({ ...unknown, failure: { reason: 'connection-lost' } });
  });

  it('is unknown when no answer comes within the time limit', async () => {
    const failed = await failureOf(send(await sinkOf(answering('DOT', '')), { options: { finalReplyMs: 200 } }));
    expect(failed).toMatchObject({ ...unknown, failure: { reason: 'timed-out' } });
  });

  it('is unknown when an abort ends the connection, while an abort before the dot is only an abort', async () => {
    const stopping = new AbortController();
    const silent: Script = ({ name }) => {
      if (name !== 'DOT') return undefined;
      stopping.abort(new Error('stopping'));
      return '';
    };
    expect(await failureOf(send(await sinkOf(silent), { options: { signal: stopping.signal } }))).toMatchObject(
      unknown,
    );
    const earlier = new AbortController();
    const abort: Script = ({ name }) => {
      if (name === 'RCPT') earlier.abort(new Error('stopping'));
      return undefined;
    };
    const sending = send(await sinkOf(abort), { options: { signal: earlier.signal } });
    await expect(sending).rejects.toThrow('stopping');
  });

  it('waits longer for the answer to the dot than for other answers', async () => {
    const slow: Script = async ({ name }) => {
      if (name === 'DOT') await pause(500);
      return undefined;
    };
    const options = { timeoutMs: 300, stalledMs: 300, blockMs: 300 };
    expect((await send(await sinkOf(slow), { options })).recipients).toMatchObject([{ result: 'accepted' }]);
  });
});

describe('extensions', () => {
  const umlaut = 'jörg@bücher.example';
  const idn = 'ben@bücher.example';

  it('carry addresses outside ASCII where SMTPUTF8 is offered', async () => {
    const sink = await sinkOf();
    const { recipients } = await send(sink, { to: [umlaut, idn] });
    expect(recipients).toMatchObject([
      { address: umlaut, result: 'accepted' },
      { address: idn, result: 'accepted' },
    ]);
    expect(sink.messages[0]?.to).toEqual(['jörg@xn--bcher-kva.example', 'ben@xn--bcher-kva.example']);
    expect(sink.commands[2]).toMatch(/ SMTPUTF8/);
  });

  it('are missing: only recipients with letters outside ASCII before the @ are refused', async () => {
    const sink = await sinkOf(undefined, { extensions: ['PIPELINING'] });
    const { recipients } = await send(sink, { to: [umlaut, idn] });
    expect(recipients).toMatchObject([
      { address: idn, result: 'accepted' },
      { address: umlaut, result: 'refused', code: 553, enhanced: '5.6.7' },
    ]);
    expect(sink.messages[0]?.to).toEqual(['ben@xn--bcher-kva.example']);
    expect((await send(sink, { to: [umlaut] })).recipients).toMatchObject([{ result: 'refused' }]);
    expect(await failureOf(send(sink, { from: umlaut }))).toMatchObject({ failure: { reason: 'sender-refused' } });
    expect(sink.messages).toHaveLength(1);
  });

  it('that the server announces and does not understand are left out in a second try, and later', async () => {
    const confused: Script = ({ name, line }) =>
      name === 'MAIL' && line.includes('BODY=') ? '555 5.5.4 Parameter not understood' : undefined;
    const sink = await sinkOf(confused);
    expect((await send(sink, { eightBit: true })).recipients).toMatchObject([{ result: 'accepted' }]);
    expect(sink.connections).toBe(2);
    await send(sink, { eightBit: true });
    expect(sink.connections).toBe(3);
    expect(sink.messages).toHaveLength(2);
  });

  it('that make the server hang are left out in a second try', async () => {
    let isDeaf = false;
    // Drops everything behind the first command of a packet, as some firewalls do.
    const dropping: Script = ({ name, connection }) => {
      if (connection === 1 && name === 'MAIL') isDeaf = true;
      return isDeaf && connection === 1 && name !== 'MAIL' ? '' : undefined;
    };
    const sink = await sinkOf(dropping);
    const { recipients } = await send(sink, { options: { stalledMs: 200 } });
    expect(recipients).toMatchObject([{ result: 'accepted' }]);
    expect(sink.counts()).toEqual(new Map([['<1@example.test>', 1]]));
  });
});

function messageTo(...to: string[]) {
  return {
    envelope: { from: anna.login, to },
    bytes: () => blocksOf(letter),
    size: letter.length,
    beforeFinalDot: () => Promise.resolve(),
  };
}

const neverReached = (): Promise<void> => Promise.reject(new Error('The final dot must not be reached.'));
