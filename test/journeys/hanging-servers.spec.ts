import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '../database.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { ADMIN, ServiceProcess } from '../service/service-process.js';
import { accountOn, addAccount, endOf, type Fetched, startFetch } from './mailbox.js';
import { done, type Recorded, Requests } from './requests.js';
import { waitUntil } from './wait-until.js';

const HANGING = 17;
const MOST_MEGABYTES = 400;
const EVERY_MS = 1000;

/** An IMAP server that answers each command by `answer`, or by OK. */
const answering =
  (answer: (name: string, tag: string, socket: Socket) => boolean) =>
  (socket: Socket): void => {
    socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n');
    socket.on('data', (chunk) => {
      const [tag = '', name = ''] = chunk.toString().split(/\s+/, 2);
      if (!answer(name, tag, socket)) socket.write(`${tag} OK\r\n`);
    });
  };

/** Sends `words` now and then, until the end of the connection. */
function drip(socket: Socket, words: string | (() => string)): true {
  const timer = setInterval(() => socket.write(typeof words === 'string' ? words : words()), EVERY_MS);
  socket.once('close', () => clearInterval(timer));
  return true;
}

const NEVER_ENDING: Record<string, (socket: Socket) => void> = {
  'is silent': () => undefined,
  'says that it is still here': answering((name, _, socket) => name === 'LIST' && drip(socket, '* OK Still here\r\n')),
  'sends one byte now and then': (socket) => {
    let sent = 0;
    drip(socket, () => '* OK ready '.charAt(sent++) || '.');
  },
  'lists folders without an end': answering((name, _, socket) => {
    const rows = (): string => Array.from({ length: 1000 }, () => `* LIST () "/" "${Math.random()}"\r\n`).join('');
    return name === 'LIST' ? socket.write(rows()) && drip(socket, rows) : name === 'EXAMINE';
  }),
  'drips the answer to a login': answering(
    (name, _, socket) => name === 'AUTHENTICATE' && drip(socket, '* OK Looking for the mailbox\r\n'),
  ),
};

let dataDir: string;
let database: TestDatabase;
let service: ServiceProcess;
let mail: MailServer;
const servers: { server: Server; sockets: Set<Socket> }[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mailroom-hanging-'));
  database = await freshDatabase();
  service = ServiceProcess.start({ dataDir, databaseUrl: database.url });
  mail = await startMailServer({ users: { 'ben@example.test': 'secret' } });
});
afterAll(async () => {
  await service.kill();
  for (const { server, sockets } of servers) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
  await mail.stop();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function hanging(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  }).listen(0, '127.0.0.1');
  servers.push({ server, sockets });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

const signedIn = async (url: string, person: { email: string; password: string }): Promise<Requests> => {
  const { token } = done(await new Requests(url).post<{ token: string }>('/api/session', person));
  return new Requests(url, { Authorization: `Bearer ${token}` });
};

const peakMegabytes = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

it('does not delay the mail of another person, and takes little memory, while 17 servers hang in five ways', async () => {
  const url = await service.ready();
  const admin = await signedIn(url, ADMIN);
  const ben = { name: 'Ben', email: 'ben@mailroom.test', password: 'a password for people' };
  const { id } = done(await admin.post<Recorded>('/api/users', { ...ben, role: 'user' }));
  const healthy = await addAccount(admin, accountOn(mail, 'ben@example.test', 'secret', { users: [id] }));

  const ways = Object.values(NEVER_ENDING);
  const fetches: string[] = [];
  for (let each = 0; each < HANGING; each++) {
    const imapPort = await hanging(ways[each % ways.length]!);
    const body = accountOn({ imapPort, smtpPort: mail.smtpPort }, `hang${each}@example.test`, 'secret');
    const account = await addAccount(admin, body, '?skipTest=true');
    fetches.push((await startFetch(admin, account.id)).fetchId);
  }
  await waitUntil(
    () => Promise.resolve(servers.filter(({ sockets }) => sockets.size > 0).length),
    (busy) => busy === HANGING,
  );

  for (const subject of ['one', 'two', 'three'])
    mail.deliver(
      'ben@example.test',
      'INBOX',
      Buffer.from(`From: kim@kiosk.example\r\nSubject: ${subject}\r\n\r\nHi\r\n`),
    );
  const asBen = await signedIn(url, { email: ben.email, password: ben.password });
  expect(await endOf(asBen, await startFetch(asBen, healthy.id))).toMatchObject({ state: 'done', received: 3 });

  const states = await Promise.all(
    fetches.map(async (fetchId) => done(await admin.get<Fetched>(`/api/fetches/${fetchId}`)).state),
  );
  expect(states).toEqual(Array.from({ length: HANGING }, () => 'running'));
  expect(servers.filter(({ sockets }) => sockets.size > 0)).toHaveLength(HANGING);
  expect(peakMegabytes(service.pid)).toBeLessThan(MOST_MEGABYTES);
});
