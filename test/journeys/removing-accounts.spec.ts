import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, endOf, type Fetched, startFetch } from './mailbox.js';
import { allOf, done, type Recorded, Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';
import { inhabit, mailUsers, type World } from './world.js';

let one: RunningService;
let two: RunningService;
let mail: MailServer;
let silent: Server;
let world: World;

/** Starts a server that accepts every login and then stays silent. */
async function startSilentServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n');
    socket.on('error', () => socket.destroy());
    socket.once('data', (line) => socket.write(`${line.toString().split(' ')[0]} OK come in\r\n`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  [one, mail, silent] = await Promise.all([
    RunningService.start(),
    startMailServer({ users: mailUsers }),
    startSilentServer(),
  ]);
  two = await RunningService.start({ beside: one });
  world = await inhabit(one, mail);
}, 240_000);
afterAll(async () => {
  silent?.close();
  await two?.stop();
  await Promise.all([one?.stop(), mail?.stop()]);
});

const remove = async (by: Requests, account: string): Promise<Recorded> =>
  done(await by.delete<Recorded>(`/api/accounts/${account}`));
const atTwo = ({ headers }: Requests): Requests => new Requests(two.url, headers);
const secretsOf = (account: string): Promise<unknown[]> =>
  one.service.platform.database.query('select 1 from vault where starts_with(name, $1)', [`account/${account}/`]);

it('a running fetch ends at any process when its account is removed, and no other fetch starts', async () => {
  const port = (silent.address() as { port: number }).port;
  const incoming = { host: '127.0.0.1', port, security: 'none' };
  const settings = accountOn(mail, 'silent@example.test', 'secret', { incoming });
  const { id } = await addAccount(world.admin, settings, '?skipTest=true');
  const started = await startFetch(atTwo(world.admin), id);
  const going = (): Promise<Fetched> =>
    world.admin.after(started).get<Fetched>(`/api/fetches/${started.fetchId}`).then(done);
  expect(await going()).toMatchObject({ state: 'running' });
  await remove(world.admin, id);
  expect(await endOf(world.admin, started)).toMatchObject({ state: 'failed', reason: 'account-removed' });
  expect(await world.admin.post(`/api/accounts/${id}/fetch`)).toMatchObject({
    status: 409,
    body: { reason: 'account-removed' },
  });
});

describe('an account that its owner removed', () => {
  let removed: Recorded;
  let shelf: World['shelves']['own'];
  const from = (by: Requests, ...paths: string[]) =>
    Promise.all(paths.map(async (path) => (await by.get(path)).status));

  beforeAll(async () => {
    shelf = world.shelves.own;
    done(await world.admin.put(`/api/accounts/${world.shelves.granted.account}/access/${world.people.owner.id}`));
    done(await world.admin.put(`/api/accounts/${shelf.account}/access/${world.people.other.id}`));
    removed = await remove(world.people.owner.asks, shelf.account);
  });

  it('is not found any more by its users, at once and at every process', async () => {
    const paths = ['', '/messages', '/history', '/gaps', '/fetches'].map(
      (path) => `/api/accounts/${shelf.account}${path}`,
    );
    for (const { asks } of [world.people.owner, world.people.other])
      for (const by of [atTwo(asks), asks]) {
        expect(await from(by, ...paths)).toEqual([404, 404, 404, 404, 404]);
        const mine = await allOf<{ id: string }>(by, '/api/accounts');
        expect(mine.map(({ id }) => id)).not.toContain(shelf.account);
      }
  });

  it('has its mail hidden from everybody at once', async () => {
    const paths = [
      `/api/messages/${shelf.message}`,
      `/api/messages/${shelf.message}/raw`,
      `/api/messages/${shelf.message}/attachments/0`,
      `/api/threads/${shelf.thread}`,
      `/api/tasks/${shelf.task}`,
      `/api/accounts/${shelf.account}/messages`,
    ];
    for (const by of [world.people.owner.asks, world.admin, atTwo(world.admin)]) {
      expect(await from(by, ...paths)).toEqual(paths.map(() => 404));
      for (const path of ['/api/messages', '/api/messages?q=own', '/api/tasks']) {
        const items = await allOf<{ accountId: string }>(by, path);
        expect(items.map(({ accountId }) => accountId)).not.toContain(shelf.account);
      }
      expect(done(await by.get(`/api/contacts/${world.contact}`))).toMatchObject({ source: null });
    }
  });

  it('has no secret left, and accepts no new one', async () => {
    expect(await secretsOf(world.shelves.foreign.account)).toHaveLength(1);
    expect(await secretsOf(shelf.account)).toEqual([]);
    const password = await world.admin.put(`/api/accounts/${shelf.account}/password`, { password: 'secret-of-own' });
    expect(password).toMatchObject({ status: 409, body: { reason: 'account-removed' } });
    expect(await secretsOf(shelf.account)).toEqual([]);
  });

  it('is shown as removed, with its whole history, to administrators and auditors', async () => {
    for (const { headers } of [world.admin, world.people.auditor.asks, world.tokens.auditor]) {
      const by = new Requests(one.url, headers).after(removed);
      const path = `/api/accounts/${shelf.account}`;
      expect(done(await by.get(path))).toMatchObject({ status: 'removed', statusReason: null, users: [], unread: 0 });
      const history = await allOf<{ type: string; by: { id: string } }>(by, `${path}/history`);
      expect(history.map(({ type }) => type)).toEqual(['AccountRemoved', 'AccessGranted', 'AccountAdded']);
      expect(history[0]).toMatchObject({ by: { id: world.people.owner.id }, summary: 'removed the account' });
      const ids = async (query: string) =>
        (await allOf<{ id: string }>(by, `/api/accounts${query}`)).map(({ id }) => id);
      expect(await ids('')).not.toContain(shelf.account);
      expect(await ids('?removed=true')).toContain(shelf.account);
    }
    expect(await allOf(world.people.owner.asks, '/api/accounts?removed=true')).toEqual([]);
  });

  it('is removed once when a request is repeated, also by the owner, and is never shown to a stranger', async () => {
    expect((await remove(world.people.owner.asks, shelf.account)).position).toBe(removed.position);
    expect((await remove(world.admin, shelf.account)).revision).toBe(removed.revision);
    expect((await world.people.other.asks.delete(`/api/accounts/${shelf.account}`)).status).toBe(404);
  });

  it('frees its address: added again it is a new account without anything of the old one', async () => {
    const again = await addAccount(world.people.owner.asks, accountOn(mail, 'own@example.test', 'secret-of-own'));
    expect(again.id).not.toBe(shelf.account);
    const path = `/api/accounts/${again.id}`;
    const by = world.people.owner.asks.after(again);
    expect(await allOf(by, `${path}/messages`)).toEqual([]);
    const history = await allOf<{ type: string }>(by, `${path}/history`);
    expect(history.map(({ type }) => type)).toEqual(['AccountAdded']);
    const fetched = await endOf(by, await startFetch(by, again.id));
    expect(fetched).toMatchObject({ state: 'done', received: 1 });
    const messages = await waitUntil(
      () => allOf<{ id: string }>(by, `${path}/messages`),
      (items) => items.length > 0,
    );
    expect(messages.map(({ id }) => id)).not.toContain(shelf.message);
    expect((await world.admin.get(`/api/messages/${shelf.message}`)).status).toBe(404);
  });
});
