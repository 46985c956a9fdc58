import { randomUUID } from 'node:crypto';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { PATIENCE } from '../mail-world.js';
import { NameServer } from '../name-server.js';
import { inboxIdOf } from '../../src/mailboxes/mailbox.events.js';
import { unlikeItsDescription } from './described.js';
import { accountOn, addAccount } from './mailbox.js';
import { type Column, columns, inWords, permissions } from './permissions-table.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { inhabit, mailUsers, PASSWORD, type Shelf, type World } from './world.js';

let service: RunningService;
let mail: MailServer;
let world: World;
let names: NameServer;
let guest: string;
let erasure: string;

beforeAll(async () => {
  [mail, names] = await Promise.all([
    startMailServer({ users: mailUsers }),
    NameServer.start({ 'mail.guessed.test': { a: ['127.0.0.1'] } }),
  ]);
  const ports = { imap: mail.imapPort, submission: mail.smtpPort };
  service = await RunningService.start({
    config: { mailDnsServers: [names.address], mailWorld: { ports, patience: PATIENCE } },
  });
  world = await inhabit(service, mail);
  const person = { name: 'Guest', email: 'guest@mailroom.test', role: 'user', password: PASSWORD };
  erasure = done(await world.admin.post<Recorded>('/api/erasures', { address: 'nobody@nowhere.example' })).id;
  await service.settled();
  guest = done(await world.admin.post<Recorded>('/api/users', person)).id;
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop(), names?.stop()]);
});

function asked(by: string): Requests {
  const { people, tokens } = world;
  if (by === 'nobody') return service.nobody;
  if (by === 'administrator') return world.admin;
  if (by === 'token for owner') return tokens.user.with({ 'X-On-Behalf-Of': people.owner.id });
  if (by.startsWith('token ')) return tokens[by.slice('token '.length) as keyof World['tokens']];
  return people[by as keyof World['people']].asks;
}

/** Bodies of commands that do not change the answers of the next columns. */
const bodies: Record<string, (shelf: Shelf) => object> = {
  'POST /api/session': () => ({ email: 'guest@mailroom.test', password: PASSWORD }),
  'POST /api/users': () => ({ name: 'New', email: `${randomUUID()}@mailroom.test`, role: 'user' }),
  'PATCH /api/users/{id}': () => ({ name: randomUUID() }),
  'PUT /api/users/{id}/password': () => ({ password: PASSWORD }),
  'POST /api/tokens': () => ({ name: 'of a test', role: 'user' }),
  'PATCH /api/accounts': () => ({ ids: [world.shelves.foreign.account], set: {} }),
  'POST /api/accounts/{id}/revert': () => ({ revision: 0, settings: ['notify'] }),
  'POST /api/accounts/{id}/change': () => ({ match: {}, upTo: '0'.repeat(20), set: { seen: true } }),
  'POST /api/accounts/{id}/preview': () => ({ set: { createTasks: true } }),
  'PATCH /api/accounts/{id}': () => ({ notify: true }),
  'PUT /api/accounts/{id}/autoresponder': () => ({ enabled: false }),
  'POST /api/accounts/{id}/autoresponder/preview': () => ({}),
  'POST /api/accounts/{id}/folders': () => ({ name: randomUUID() }),
  'POST /api/accounts/{id}/folders/mirror': () => ({ direction: 'to-server', dryRun: true }),
  'PATCH /api/folders/{id}': () => ({ fetched: true }),
  'POST /api/contacts': () => ({ name: 'Zoe', emails: [`${randomUUID()}@zoo.example`] }),
  'PATCH /api/contacts/{id}': () => ({ name: randomUUID() }),
  'POST /api/companies': () => ({ name: 'Zoo', domain: `${randomUUID()}.example` }),
  'PATCH /api/companies/{id}': () => ({ name: randomUUID() }),
  'PATCH /api/messages': ({ message }) => ({ ids: [message], set: { flagged: true } }),
  'PATCH /api/messages/{id}': () => ({ flagged: true }),
  'POST /api/accounts/{id}/messages': () => scheduled(),
  'POST /api/accounts/{id}/drafts': () => ({ text: 'Dear Zoe' }),
  'PUT /api/drafts/{id}': () => ({ text: 'Dear Zoe' }),
  'POST /api/drafts/{id}/send': () => scheduled(),
  'POST /api/outbox/{id}/resolve': () => ({ outcome: 'arrived' }),
  'PUT /api/messages/{id}/presence': () => ({ state: 'viewing' }),
  'POST /api/tasks': ({ account }) => ({ title: 'Call Zoe', accountId: account }),
  'PATCH /api/tasks/{id}': () => ({ title: randomUUID() }),
  'POST /api/notifications/read': () => ({}),
  'POST /api/erasures': () => ({ address: 'nobody@nowhere.example', preview: true }),
  'POST /api/accounts': () => accountOn(mail, `${randomUUID()}@example.test`, 'secret'),
  'POST /api/accounts/detect': () => ({ address: 'anybody@guessed.test' }),
};

const undescribed: string[] = [];

async function askAs({ caller, account }: Column, route: string): Promise<string> {
  const [method, template] = route.split(' ') as [string, string];
  const shelf = world.shelves[account as keyof World['shelves']];
  const ids: Record<string, string> = {
    accounts: route === 'DELETE /api/accounts/{id}' ? await accountToRemove(account) : shelf.account,
    messages: shelf.message,
    folders: route === 'DELETE /api/folders/{id}' ? await folderToRemove(shelf) : inboxIdOf(shelf.account),
    drafts: template.startsWith('/api/drafts/') ? await draftOf(shelf) : '',
    uploads: template.startsWith('/api/uploads/') ? await uploadInDraft(shelf) : '',
    outbox: template.startsWith('/api/outbox/{id}') ? await queuedMessage(shelf) : '',
    threads: shelf.thread,
    notifications: `mail-${shelf.message}`,
    tasks: shelf.task,
    contacts: world.contact,
    companies: world.company,
    erasures: erasure,
    users: guest,
    tokens: route.startsWith('DELETE /api/tokens') ? await tokenToRevoke() : '',
  };
  const path = template
    .replace(/(\w+)\/\{id\}/, (_, kind: string) => `${kind}/${ids[kind]}`)
    .replace('{userId}', guest)
    .replace('{fetchId}', shelf.fetch)
    .replace('{provider}', 'google')
    .replace('{index}', '0');
  const password = method === 'PUT' && path.endsWith('/password') ? { password: passwordOf(account) } : undefined;
  const queries: Record<string, string> = {
    'POST /api/accounts': '?skipTest=true',
    'GET /api/oauth/{provider}/start': `?accountId=${shelf.account}`,
  };
  const by = route === 'DELETE /api/session' ? await withSessionToEnd(caller) : asked(caller);
  const answer = await by.ask(method, path + (queries[route] ?? ''), bodies[route]?.(shelf) ?? password);
  undescribed.push(...unlikeItsDescription(method, template, answer));
  return inWords(answer);
}

const passwordOf = (account: string): string => mailUsers[`${account}@example.test`]!;
const scheduled = (): object => ({
  to: [{ address: 'zoe@zoo.example' }],
  text: 'Hello Zoe',
  sendAt: new Date(Date.now() + 3_600_000).toISOString(),
});
const queuedMessage = async ({ account }: Shelf): Promise<string> =>
  done(await world.admin.post<Recorded>(`/api/accounts/${account}/messages`, scheduled())).id;
const draftOf = async ({ account }: Shelf): Promise<string> =>
  done(await world.admin.post<Recorded>(`/api/accounts/${account}/drafts`, { text: 'Dear Zoe' })).id;
const uploadInDraft = async (shelf: Shelf): Promise<string> => {
  const { id: uploadId } = done(
    await world.admin.with({ 'Content-Type': 'text/plain' }).post<{ id: string }>('/api/uploads', 'a file'),
  );
  const body = { text: 'Dear Zoe', attachments: [{ uploadId }] };
  done(await world.admin.post<Recorded>(`/api/accounts/${shelf.account}/drafts`, body));
  return uploadId;
};
const tokenToRevoke = async (): Promise<string> =>
  done(await world.admin.post<Recorded>('/api/tokens', { name: 'to revoke', role: 'user' })).id;
const folderToRemove = async ({ account }: Shelf): Promise<string> =>
  done(await world.admin.post<Recorded>(`/api/accounts/${account}/folders`, { name: randomUUID() })).id;
const accountToRemove = async (account: string): Promise<string> => {
  const { owner, granted } = world.people;
  const by = account === 'own' ? owner.asks : world.admin;
  const users = account === 'granted' ? { users: [granted.id] } : {};
  return (await addAccount(by, accountOn(mail, `${randomUUID()}@example.test`, 'secret', users), '?skipTest=true')).id;
};
const withSessionToEnd = async (caller: string): Promise<Requests> =>
  caller in world.people
    ? service.signedIn({ email: `${caller}@mailroom.test`, password: PASSWORD })
    : caller === 'administrator'
      ? service.signedIn()
      : asked(caller);

const named = ({ caller, account }: Column): string => `${caller}, ${account}`;

it('has a row for each route of the running application, and no other', async () => {
  const { paths } = done(await service.nobody.get<{ paths: Record<string, object> }>('/api/openapi.json'));
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(permissions.map(({ route }) => route).sort()).toEqual(routes.sort());
});

it.each(permissions)('$route answers each caller as in the table', async ({ route, expected }) => {
  const answers: string[] = [];
  for (const column of columns) answers.push(await askAs(column, route));
  const byColumn = (row: string[]): object =>
    Object.fromEntries(columns.map((column, index) => [named(column), row[index]]));
  expect(byColumn(answers)).toEqual(byColumn(expected));
});

it('gives answers that match the OpenAPI description', () => {
  expect([...new Set(undescribed)]).toEqual([]);
});

describe('a person sees', () => {
  it('only the accounts with access, and only their mail and tasks', async () => {
    const { owner, granted } = world.people;
    for (const [by, own] of [
      [owner, 'own'],
      [granted, 'granted'],
    ] as const) {
      const { account } = world.shelves[own];
      for (const path of ['/api/messages', '/api/tasks']) {
        const { items } = done(await by.asks.get<{ items: { accountId: string }[] }>(path));
        expect([...new Set(items.map(({ accountId }) => accountId))]).toEqual([account]);
      }
      const { items } = done(
        await by.asks.get<{ items: { id: string; address: string }[] }>('/api/accounts?q=example.test'),
      );
      expect(items.map(({ id }) => id)).toContain(account);
      expect(items.map(({ id }) => id)).not.toContain(world.shelves.foreign.account);
    }
  });

  it('a contact, but not the mail of another account from which the contact was learned', async () => {
    const path = `/api/contacts/${world.contact}`;
    const { account, message } = world.shelves.own;
    expect(done(await world.people.owner.asks.get(path))).toMatchObject({
      source: { accountId: account, messageId: message },
    });
    expect(done(await world.people.other.asks.get(path))).toMatchObject({ source: null });
  });
});

describe('X-On-Behalf-Of', () => {
  const me = (token: Requests, id: string) => token.with({ 'X-On-Behalf-Of': id }).get('/api/me');

  it('needs a token with the role of that person or of an administrator', async () => {
    const { people, tokens } = world;
    expect((await me(tokens.administrator, people.owner.id)).body).toMatchObject({ id: people.owner.id, role: 'user' });
    for (const [token, id] of [
      [tokens.auditor, people.owner.id],
      [tokens.user, people.auditor.id],
    ] as const)
      expect(await me(token, id)).toMatchObject({ status: 403, body: { reason: 'token-may-not-act-for-this-role' } });
  });

  it('needs an existing person', async () => {
    for (const id of ['nobody', '', world.shelves.own.account])
      expect(await me(world.tokens.user, id)).toMatchObject({ status: 403, body: { reason: 'on-behalf-of-nobody' } });
  });

  it('has no effect on the session of a person', async () => {
    expect((await me(world.people.owner.asks, world.people.other.id)).body).toMatchObject({
      id: world.people.owner.id,
    });
  });
});
