import type { Socket } from 'node:net';
import {
  answering,
  anna,
  capability,
  closeAll,
  guard,
  collect,
  login,
  mailbox,
  message,
  scripted,
  serve,
} from '../../../test/scripted-imap.js';
import { startMailServer } from '../../../test/mail-server/mail-server.js';
import type { Imap } from './imap.js';
import { MAX_ANSWER_BYTES } from './imap-connection.js';
import { connectImap } from './imap-login.js';
import { TURN_BYTES } from './imap-internals.js';
import type { ServerSettings } from './servers.js';

afterEach(closeAll);

const WITHOUT_END = { reason: 'refused-by-server', detail: 'The server sends without an end. Try again later.' };

const able = { CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'), EXAMINE: '* 9 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK' };

const flooding = (rows: (socket: Socket) => void): Promise<ServerSettings> =>
  answering((tag, name, socket) => {
    if (name === 'UID-FETCH') {
      rows(socket);
      return undefined;
    }
    const known = able[name as keyof typeof able] ?? 'OK';
    return `${known}\r\n`.replace(/^(OK|NO|BAD)/m, `${tag} $1`);
  });

/** A mailbox with its INBOX open, on a server that answers UID FETCH by `rows`. */
async function flooded(rows: (socket: Socket) => void, stalledMs?: number): Promise<Imap> {
  const imap = await mailbox(await flooding(rows), stalledMs === undefined ? {} : { stalledMs });
  await imap.open('INBOX');
  return imap;
}

const ROW = '* 1 FETCH (UID 1 RFC822.SIZE 100)\r\n';

/** Sends for as long as the client reads. */
const without =
  (end: string) =>
  (socket: Socket): void => {
    const flood = (): void => {
      while (!socket.destroyed && socket.write(end.repeat(1000)));
      socket.once('drain', flood);
    };
    flood();
  };

describe('a server that does not finish', () => {
  it('stalls when a command never ends, although the server shows life', async () => {
    const server = await startMailServer({ users: { [login]: anna.password } });
    try {
      server.deliver(login, 'INBOX', message(1));
      const settings: ServerSettings = { host: '127.0.0.1', port: server.imapPort, security: 'none' };
      for (const command of ['LIST', 'EXAMINE', 'UID FETCH']) {
        server.faults.endless.clear();
        server.faults.endless.add(command);
        const imap = await mailbox(settings, { stalledMs: 500 });
        const asking = async () => {
          await imap.folders();
          await imap.open('INBOX');
          await collect(imap.messages([1]));
        };
        await expect(asking()).rejects.toMatchObject({ reason: 'stalled' });
      }
    } finally {
      await server.stop();
    }
  });

  it('times out when the server becomes silent after the login', async () => {
    const settings = await scripted({ CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR'), EXAMINE: '* 1 EXISTS' });
    const imap = await mailbox(settings, { timeoutMs: 500 });
    await expect(imap.open('INBOX')).rejects.toMatchObject({ reason: 'timed-out' });
  });

  it.each([
    ['rows that answer', ROW],
    ['lines without a meaning', '* OK Still here\r\n'],
  ])('drips %s, and stalls', async (_, line) => {
    const imap = await flooded((socket) => {
      const drip = setInterval(() => socket.write(line), 50);
      socket.once('close', () => clearInterval(drip));
    }, 500);
    await expect(imap.sizes([1])).rejects.toMatchObject({ reason: 'stalled' });
    expect(imap.lost).toBe(true);
  });
});

describe('a server that sends without an end', () => {
  it.each<[string, (imap: Imap) => Promise<unknown>]>([
    ['EXAMINE', (imap) => imap.open('INBOX')],
    ['LIST', (imap) => imap.folders()],
  ])('in answer to %s loses the connection', async (flooded, act) => {
    const settings = await serve((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
      const flood = (): void => {
        while (!socket.destroyed && socket.write(`* OK ${'Still here. '.repeat(5000)}\r\n`));
        socket.once('drain', flood);
      };
      socket.on('data', (chunk) => {
        const [tag = '', name = '', reference, pattern] = chunk.toString().trim().split(' ');
        if (name === flooded && !(reference === '""' && pattern === '""')) flood();
        else socket.write(`${tag} OK\r\n`);
      });
    });
    const imap = await mailbox(settings);
    await expect(act(imap)).rejects.toMatchObject(WITHOUT_END);
    expect(imap.lost).toBe(true);
  });

  it.each([
    ['rows', ROW],
    ['numbers of messages', '* 7 EXISTS\r\n'],
  ])('%s in answer to FETCH loses the connection', async (_, line) => {
    const imap = await flooded(without(line.repeat(10)));
    await expect(imap.sizes([1])).rejects.toMatchObject(WITHOUT_END);
    expect(imap.lost).toBe(true);
  });

  it('leaves turns of the event loop to others after each few hundred rows', async () => {
    const rows = 9000;
    const settings = await flooding((socket) => socket.end(ROW.repeat(rows)));
    const connection = await connectImap(settings, anna, { guard });
    await connection.ask('', () => connection.client.mailboxOpen('INBOX', { readOnly: true }));
    const rowsOfTurns = [0];
    const nextTurn = (): void => {
      rowsOfTurns.push(0);
      turning = setImmediate(nextTurn);
    };
    let turning = setImmediate(nextTurn);
    const reading = async () => {
      for await (const row of connection.rows('1', { uid: true, size: true }, 1, MAX_ANSWER_BYTES))
        rowsOfTurns.push(rowsOfTurns.pop()! + row.uid);
    };
    await expect(reading()).rejects.toMatchObject({ reason: 'connection-lost' });
    clearImmediate(turning);
    expect(rowsOfTurns.reduce((sum, each) => sum + each, 0)).toBe(rows);
    expect(Math.max(...rowsOfTurns)).toBeLessThan((2 * TURN_BYTES) / ROW.length);
  });

  it('cannot make us hold more bytes than the limit of a literal', async () => {
    const selected = '* 1 EXISTS\r\n* OK [UIDVALIDITY 5]\r\nOK';
    const announced = '* 1 FETCH (UID 1 BODY[] {99999999999}';
    const imap = await mailbox(await scripted({ ...able, EXAMINE: selected, 'UID-FETCH': announced }));
    await imap.open('INBOX');
    await expect(collect(imap.messages([1]))).rejects.toMatchObject({ reason: 'refused-by-server' });
  });
});
