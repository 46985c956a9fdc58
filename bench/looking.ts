import { setTimeout as pause } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { Dovecot } from '../test/dovecot.js';
import { mailServer } from './fetching.js';
import { type Figure, inTurn } from './figure.js';
import type { Ground } from './ground.js';
import { ServiceProcess } from './service-process.js';

const [ANNA, BEN, CARL] = ['anna@example.test', 'ben@example.test', 'carl@example.test'] as const;
const ASK_MS = 20;
const MARKED_WITHIN_MS = 5000;

/** Messages of each mailbox. */
const SIZES = { nothing: 6000, flag: 100_000, marked: 10_000 };
const SMALL = { nothing: 500, flag: 1000, marked: 500 };

/**
 * A fetch that finds nothing, one that finds a changed flag, and marks for the server to follow, against bare imapflow
 * (`SELECT`, `FETCH FLAGS`).
 */
export async function looking(ground: Ground): Promise<Figure[]> {
  const sizes = ground.small ? SMALL : SIZES;
  const rounds = ground.small ? 1 : 5;
  const server = await mailServer(ground);
  const service = await ServiceProcess.start(ground, await ground.database());
  const ids = new Map<string, string>();
  for (const [login, count] of [
    [ANNA, sizes.nothing],
    [BEN, sizes.flag],
    [CARL, sizes.marked],
  ] as const) {
    ground.say(`fetching ${count} messages`);
    server.fill(login, 'INBOX', letters(count));
    ids.set(login, await fetchedAccount(service, server, login));
  }
  await service.caughtUp();
  const head = async (): Promise<number> => Number((await service.ask<{ head: string }>('GET', '/health/ready')).head);
  const look = (login: string) => (): Promise<number> => fetchMs(service, ids.get(login)!);

  ground.say('looking');
  const before = await head();
  const nothing = await inTurn(rounds, { bare: () => bareMs(server, ANNA), ours: look(ANNA) });
  const facts = ((await head()) - before) / rounds;
  const ofFetch = await factsOfFetch(service, ids.get(ANNA)!);

  const bens = await connected(server, BEN);
  const one = await inTurn(rounds, {
    bare: () => bareMs(server, BEN),
    ours: async () => {
      await bens.messageFlagsAdd('1', ['\\Flagged']);
      const ms = await look(BEN)();
      await bens.messageFlagsRemove('1', ['\\Flagged']);
      await look(BEN)();
      return ms;
    },
  });
  await bens.logout();

  ground.say('marking');
  const carls = await connected(server, CARL);
  const { shown, followed } = await markedMs(service, carls, ids.get(CARL)!);
  await carls.logout();
  await service.stop();
  const marked = { unit: 'ms', limit: [MARKED_WITHIN_MS] };
  return [
    {
      what: `look at ${sizes.nothing} messages, nothing new`,
      unit: 'ms',
      ours: nothing.ours,
      limit: nothing.bare,
      limitIs: 'imapflow, all flags',
      target: { atMost: 1.5 },
    },
    {
      what: 'facts of that look',
      unit: 'facts',
      ours: [facts],
      limit: [ofFetch],
      limitIs: 'of a fetch: start, each folder, end',
      target: { atMost: 1 },
    },
    {
      what: `look at ${sizes.flag} messages, one flag`,
      unit: 'ms',
      ours: one.ours,
      limit: one.bare,
      limitIs: 'imapflow, all flags',
      target: { atMost: 2 },
    },
    {
      ...marked,
      what: `${sizes.marked} messages marked, on the server`,
      ours: [followed],
      limitIs: 'promised',
      target: { atMost: 1 },
    },
    { ...marked, what: `${sizes.marked} messages marked, in the list`, ours: [shown], limitIs: 'for information' },
  ];
}

/** Small messages: their number matters here. */
function* letters(count: number): Iterable<Buffer> {
  for (let n = 0; n < count; n++)
    yield Buffer.from(
      `From: Person <person${n % 800}@company.example>\r\nSubject: Number ${n}\r\nMessage-ID: <${n}@company.example>\r\n\r\nHello\r\n`,
    );
}

/** A new account after its import and a first look. */
async function fetchedAccount(service: ServiceProcess, server: Dovecot, login: string): Promise<string> {
  const at = { host: server.host, port: server.imapPort, security: 'none' };
  const { id } = await service.ask<{ id: string }>('POST', '/api/accounts?skipTest=true', {
    address: login,
    login,
    password: server.users[login],
    incoming: at,
    outgoing: at,
  });
  await fetchMs(service, id);
  await fetchMs(service, id);
  return id;
}

interface Fetched {
  startedAt: string;
  endedAt: string | null;
  folders: unknown[];
}

/** Of a fetch that finds nothing: a look that nobody asked for writes none of them. */
async function factsOfFetch(service: ServiceProcess, account: string): Promise<number> {
  return 2 + (await fetched(service, account)).folders.length;
}

/** From the login to the end of a fetch, as the service records it. */
async function fetchMs(service: ServiceProcess, account: string): Promise<number> {
  const { startedAt, endedAt } = await fetched(service, account);
  return Date.parse(endedAt!) - Date.parse(startedAt);
}

async function fetched(service: ServiceProcess, account: string): Promise<Fetched> {
  const { fetchId } = await service.ask<{ fetchId: string }>('POST', `/api/accounts/${account}/fetch`);
  await service.caughtUp('fetches');
  for (;;) {
    const fetch = await service.ask<Fetched>('GET', `/api/fetches/${fetchId}`);
    if (fetch.endedAt !== null) return fetch;
    await pause(ASK_MS);
  }
}

async function connected({ host, imapPort: port, users }: Dovecot, user: string): Promise<ImapFlow> {
  const auth = { user, pass: users[user]! };
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
  await client.connect();
  await client.mailboxOpen('INBOX');
  return client;
}

async function bareMs(server: Dovecot, login: string): Promise<number> {
  const begun = performance.now();
  const client = await connected(server, login);
  let rows = 0;
  for await (const { flags } of client.fetch('1:*', { uid: true, flags: true })) rows += flags ? 1 : 0;
  const ms = performance.now() - begun;
  await client.logout();
  if (rows === 0) throw new Error('no flags were read');
  return ms;
}

/** Marks all messages as read: until the list shows it, and until the server has all flags. */
async function markedMs(service: ServiceProcess, other: ImapFlow, account: string) {
  await service.caughtUp();
  const upTo = (await service.ask<{ head: string }>('GET', '/health/ready')).head;
  const begun = performance.now();
  await service.ask('POST', `/api/accounts/${account}/change`, { match: { unread: true }, upTo, set: { seen: true } });
  await service.caughtUp('mailbox-view');
  const shown = performance.now() - begun;
  for (;;) {
    // Dovecot tells the state at the opening of the folder without it.
    await other.noop();
    const status = await other.status('INBOX', { unseen: true });
    if (status && status.unseen === 0) break;
    await pause(ASK_MS);
  }
  return { shown, followed: performance.now() - begun };
}
