import { startDovecot } from '../../../test/dovecot.js';
import { startMailServer } from '../../../test/mail-server/mail-server.js';
import {
  anna,
  answering,
  capability,
  closeAll,
  login,
  mailbox,
  message,
  scripted,
} from '../../../test/scripted-imap.js';
import type { Imap } from './imap.js';
import type { IdleTimes } from './imap-idle.js';
import type { ServerSettings } from './servers.js';

afterEach(closeAll);

/** Starts to idle; `next` waits for news that were not waited for. */
function watching(imap: Imap, times?: IdleTimes) {
  const stopping = new AbortController();
  let heard = 0;
  let wake = (): void => undefined;
  const news = (): void => {
    heard += 1;
    wake();
  };
  const over = imap.idle(news, stopping.signal, times);
  over.catch(() => undefined);
  return {
    over,
    next: async () => {
      if (heard === 0) await new Promise<void>((resolve) => (wake = resolve));
      heard = 0;
    },
    stop: () => {
      stopping.abort();
      return over;
    },
  };
}

describe.each([
  ['Dovecot', () => startDovecot()],
  ['our server', () => startMailServer({ users: { [login]: anna.password } })],
])('watching on %s', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  const connect = (): Promise<Imap> => mailbox({ host: '127.0.0.1', port: server.imapPort, security: 'none' });

  it('hears of arrivals, flags and removals, and other commands follow', async () => {
    const first = await server.deliver(login, 'Watched', message(1));
    const [imap, other] = [await connect(), await connect()];
    await imap.open('Watched');
    await other.open('Watched', { write: true });
    const watch = watching(imap);
    await server.deliver(login, 'Watched', message(2));
    await watch.next();
    await other.mark([first], { add: ['\\Seen'] });
    await watch.next();
    await other.remove([first]);
    await watch.next();
    await watch.stop();
    expect((await imap.uids()).uids).toEqual([first + 1]);
    const again = watching(imap, { renewMs: 20 });
    await server.deliver(login, 'Watched', message(3));
    await again.next();
    await again.stop();
    expect((await imap.uids()).uids).toEqual([first + 1, first + 2]);
  });
});

describe('a server with IDLE', () => {
  const able = {
    CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR', 'IDLE'),
    EXAMINE: '* 1 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK',
  };
  /** @param onIdle gets the tag of IDLE, and the number of IDLE commands so far */
  const idling = async (onIdle: (tag: string, count: number) => string, seen: string[] = []): Promise<Imap> => {
    let count = 0;
    let idle = '';
    const settings: ServerSettings = await answering((tag, name) => {
      seen.push(name || tag);
      if (name === 'IDLE') return onIdle((idle = tag), (count += 1));
      if (tag === 'DONE') return `${idle} OK\r\n`;
      return `${able[name as keyof typeof able] ?? 'OK'}\r\n`.replace(/^(OK|NO|BAD)/m, `${tag} $1`);
    });
    const imap = await mailbox(settings, { timeoutMs: 1000 });
    await imap.open('INBOX');
    seen.splice(0);
    return imap;
  };

  it('is asked again in time, and stays connected beyond the usual time of silence', async () => {
    const seen: string[] = [];
    const imap = await idling(() => '+ idling\r\n', seen);
    const watch = watching(imap, { renewMs: 1500 });
    while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await watch.stop();
    expect(seen).toEqual(['IDLE', 'DONE', 'IDLE', 'DONE']);
    expect(imap.lost).toBe(false);
  });

  it.each([
    ['refuses it', (tag: string) => `${tag} NO Not now\r\n`],
    ['ends it', (tag: string) => `+ idling\r\n* OK Goodbye\r\n${tag} OK Enough\r\n`],
  ])('that %s is polled by NOOP', async (_, onIdle) => {
    const seen: string[] = [];
    const imap = await idling(onIdle, seen);
    const watch = watching(imap, { pollMs: 10 });
    while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await watch.stop();
    expect(seen.slice(0, 3)).toEqual(['IDLE', 'NOOP', 'NOOP']);
  });

  it('tells once of all messages that vanish together, however many', async () => {
    const imap = await idling(() => '+ idling\r\n* VANISHED 1:4294967295\r\n* VANISHED nonsense\r\n* 2 EXISTS\r\n');
    let heard = 0;
    const stopping = new AbortController();
    await imap.idle(() => {
      heard += 1;
      if (heard === 2) stopping.abort();
    }, stopping.signal);
    expect(heard).toBe(2);
    expect(imap.lost).toBe(false);
  });

  it('times out when it does not begin', async () => {
    const imap = await idling(() => '');
    await expect(watching(imap).over).rejects.toMatchObject({ reason: 'timed-out' });
  });

  it('ends with the connection', async () => {
    const imap = await idling(() => '+ idling\r\n* BYE Restarting\r\n');
    await imap.open('INBOX');
    await expect(watching(imap).over).rejects.toMatchObject({ name: 'MailServerFailure' });
    expect(imap.lost).toBe(true);
  });

  it('passes on an error of the listener, and stays usable', async () => {
    const imap = await idling((_, count) => (count === 1 ? '+ idling\r\n* 2 EXISTS\r\n' : '+ idling\r\n'));
    const failing = imap.idle(() => {
      throw new RangeError('of the listener');
    }, new AbortController().signal);
    await expect(failing).rejects.toThrow(RangeError);
    expect(await imap.open('INBOX')).toMatchObject({ exists: 1 });
  });
});

it('a server without IDLE is polled by NOOP', async () => {
  const settings = await scripted({
    CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'),
    EXAMINE: '* 1 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK',
    NOOP: '* 1 EXPUNGE\r\nOK',
  });
  const imap = await mailbox(settings);
  await imap.open('INBOX');
  const watch = watching(imap, { pollMs: 5 });
  await watch.next();
  await watch.stop();
  const stopped = AbortSignal.abort();
  await imap.idle(() => undefined, stopped);
});
