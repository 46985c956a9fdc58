import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn } from './mailbox.js';
import { openApi, resolved, type Route, routesOf, schemaNamed } from './openapi.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { verdict } from './verdict.js';
import { inhabit, mailUsers, type World } from './world.js';
import { wrongBodies } from './wrong-values.js';

let service: RunningService;
let mail: MailServer;
let world: World;
let admin: Requests;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  world = await inhabit(service, mail);
  admin = world.admin;
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const routes = routesOf(openApi);
const withBody = routes.filter(({ body }) => body !== undefined);

const settingsBody = (): Record<string, unknown> => {
  const { incoming, outgoing } = accountOn(mail, '', '');
  return { name: 'Foreign', incoming, outgoing };
};

const messageBody = () => ({ seen: true, seenByMe: true, flagged: true, folderId: 'none', deleted: true });

const outgoingBody = () => ({
  to: [{ name: 'Zoe', address: 'zoe@zoo.example' }],
  cc: [{ name: 'Zoe', address: 'zoe@zoo.example' }],
  bcc: [{ name: 'Zoe', address: 'zoe@zoo.example' }],
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: 'SGVsbG8=', cid: 'a' }],
  quote: false,
});
const sendBody = () => ({
  ...outgoingBody(),
  sendAt: '2099-01-01T00:00:00Z',
  undoSeconds: 10,
  cancelOnReply: false,
});

const validBody: Record<string, () => Record<string, unknown>> = {
  OpenSessionBody: () => ({ email: 'nobody@mailroom.test', password: 'wrong' }),
  AddUserBody: () => ({ name: 'Zoe', email: 'zoe@mailroom.test', role: 'user', password: 'long enough for her' }),
  ChangeUserBody: () => ({ name: 'Zoe', role: 'user', active: true }),
  IssueTokenBody: () => ({ name: 'crm', role: 'user' }),
  ChangeSettingsBody: settingsBody,
  ChangeManySettingsBody: () => ({ ids: [world.shelves.foreign.account], set: settingsBody() }),
  RevertBody: () => ({ revision: 0, settings: ['notify'] }),
  PreviewBody: () => ({ set: { createContacts: true, createContactsFrom: 'people', createTasks: true } }),
  PreviewRepliesBody: () => ({ subject: 'Away' }),
  AutoresponderBody: () => ({ enabled: true, from: null, until: null, subject: 'Away', html: null, text: 'Back soon' }),
  ChangeUserPasswordBody: () => ({ password: 'long enough for her', current: 'long enough as it was' }),
  AddContactBody: () => ({ name: 'Zoe', emails: ['zoe@zoo.example'], companyId: world.company }),
  ChangeContactBody: () => ({ name: 'Zoe', emails: ['zoe@zoo.example'], companyId: world.company }),
  AddCompanyBody: () => ({ name: 'Zoo', domain: 'zoo.example' }),
  ChangeCompanyBody: () => ({ name: 'Zoo', domain: 'zoo.example' }),
  AddTaskBody: () => ({
    title: 'Call Zoe',
    accountId: world.shelves.foreign.account,
    messageId: world.shelves.foreign.message,
    contactId: world.contact,
    assignee: world.people.other.id,
  }),
  CreateFolderBody: () => ({ name: 'Zoo', parentId: 'none' }),
  MirrorFoldersBody: () => ({ direction: 'to-server', dryRun: true }),
  ChangeFolderBody: () => ({ name: 'Zoo', parentId: null, fetched: true, role: null }),
  ChangeMessageBody: messageBody,
  ChangeManyMessagesBody: () => ({ ids: [world.shelves.foreign.message], set: messageBody() }),
  ChangeMatchingMessagesBody: () => ({ match: { q: 'nothing at all' }, upTo: '0'.repeat(20), set: messageBody() }),
  CreateDraftBody: outgoingBody,
  SaveDraftBody: outgoingBody,
  SendDraftBody: sendBody,
  SendBody: sendBody,
  ResolveBody: () => ({ outcome: 'arrived', to: [{ name: 'Zoe', address: 'zoe@zoo.example' }] }),
  ReadNotificationsBody: () => ({ until: '2026-01-01' }),
  PresenceBody: () => ({ state: 'viewing' }),
  ChangeTaskBody: () => ({
    title: 'Call Zoe',
    state: 'open',
    assignee: world.people.other.id,
    contactId: world.contact,
  }),
  RequestErasureBody: () => ({ address: 'nobody@nowhere.example', preview: true }),
  ChangePasswordBody: () => ({ password: 'secret-of-foreign' }),
  DetectServersBody: () => ({ address: 'zoe@nowhere.invalid' }),
  AddAccountBody: () => accountOn(mail, 'zoe@example.test', 'secret', { users: [], login: 'zoe', name: 'Zoe' }),
};

const pathOf = ({ path }: Pick<Route, 'path'>): string =>
  path
    .replace('/accounts/{id}', `/accounts/${world.shelves.foreign.account}`)
    .replace('/messages/{id}', `/messages/${world.shelves.foreign.message}`)
    .replace('/contacts/{id}', `/contacts/${world.contact}`)
    .replace('/companies/{id}', `/companies/${world.company}`)
    .replace('/tasks/{id}', `/tasks/${world.shelves.foreign.task}`)
    .replace('{fetchId}', world.shelves.foreign.fetch)
    .replaceAll(/\{\w+\}/g, world.people.other.id);

const everything = async (): Promise<unknown> => ({
  users: await allOf(admin, '/api/users'),
  tokens: await allOf(admin, '/api/tokens'),
  accounts: await allOf(admin, '/api/accounts'),
  contacts: await allOf(admin, '/api/contacts'),
  companies: await allOf(admin, '/api/companies'),
  tasks: await allOf(admin, '/api/tasks'),
  erasures: await allOf(admin, '/api/erasures'),
  history: await allOf(admin, `/api/accounts/${world.shelves.foreign.account}/history`),
});

it('has a valid body for each route with a body', () => {
  expect(Object.keys(validBody).sort()).toEqual(withBody.map(({ body }) => body!).sort());
});

it.each(withBody)('$method $path names the wrong field, and changes nothing', async (route) => {
  await service.settled();
  const before = await everything();
  const surprises: object[] = [];
  for (const { field, body } of wrongBodies(schemaNamed(route.body!), validBody[route.body!]!())) {
    const answer = await admin.ask(route.method, pathOf(route), body as object);
    const namesField = (answer.body.errors ?? []).some(
      (error) => error.field === field || error.field.startsWith(`${field}.`),
    );
    if (answer.status !== 400 || verdict(answer) !== 'refused' || !namesField)
      surprises.push({ field, body, status: answer.status, answer: answer.body });
  }
  expect(surprises).toEqual([]);
  await service.settled();
  expect(await everything()).toEqual(before);
});

const texts: [string, string][] = [
  ['SQL', `'; drop table accounts_v1; --`],
  ['SQL that is always true', `' or '1'='1`],
  ['a SQL pattern', '%_%'],
  ['a path', '../../../../etc/passwd'],
  ['a prototype', '__proto__'],
  ['a constructor', 'constructor'],
  ['a template', '${7*7}{{7*7}}<%= 7*7 %>'],
  ['a script', '<script>alert(1)</script>'],
  ['header lines', 'x\r\nBcc: everybody@example.test\r\n\r\nx'],
  ['NUL', 'a\0b'],
  ['half a surrogate pair', 'a\ud800b'],
  ['right-to-left text', '\u202egnp.exe'],
  ['many letters', 'a'.repeat(150_000)],
  ['many brackets', '('.repeat(450)],
  ['a number beyond every limit', '9'.repeat(400)],
];

it.each(texts)('%s in any text of a body is refused or taken literally', async (_, text) => {
  const surprises: object[] = [];
  for (const route of withBody) {
    const valid = validBody[route.body!]!();
    for (const [field, schema] of Object.entries(schemaNamed(route.body!).properties ?? {})) {
      if (![resolved(schema).type].flat().includes('string')) continue;
      const answer = await admin.ask(route.method, pathOf(route), { ...valid, [field]: text });
      if (!['refused', 'answered'].includes(verdict(answer)))
        surprises.push({ route, field, verdict: verdict(answer) });
    }
  }
  expect(surprises).toEqual([]);
});

/** Texts that the query also holds in lists and objects. The plain form is enough for the others. */
const NESTED: readonly string[] = ['SQL', 'NUL', 'half a surrogate pair'];

it.each(texts)('%s in a path, a query or a header is refused or taken literally', async (title, text) => {
  const surprises: object[] = [];
  const judge = async (asking: Requests, method: string, path: string): Promise<void> => {
    const result = verdict(await asking.ask(method, path));
    if (!['refused', 'answered'].includes(result)) surprises.push({ method, path: path.slice(0, 100), result });
  };
  const encoded = encodeURIComponent(text.toWellFormed()).slice(0, 6000);
  const header = text
    .toWellFormed()
    .replace(/[^\x20-\xff]/g, '?')
    .slice(0, 6000);
  for (const { method, path, operation } of routes.filter(
    (route) => route.body === undefined && route.path !== '/api/session',
  )) {
    const { parameters = [] } = operation;
    for (const { name } of parameters.filter((each) => each.in === 'path'))
      await judge(admin, method, pathOf({ path: path.replace(`{${name}}`, encoded) }));
    const queries = parameters
      .filter((each) => each.in === 'query')
      .flatMap(({ name }) => [
        `${name}=${encoded}`,
        ...(NESTED.includes(title) ? [`${name}[]=${encoded}`, `${name}[x]=${encoded}&${name}=1`] : []),
      ]);
    for (const query of [`${encoded}=1`, ...queries]) await judge(admin, method, `${pathOf({ path })}?${query}`);
  }
  for (const name of [
    'Idempotency-Key',
    'If-Match',
    'X-Wait-For',
    'X-On-Behalf-Of',
    'X-Requested-By',
    'X-Request-Id',
    'Cookie',
  ]) {
    await judge(admin.with({ [name]: header }), 'GET', '/api/accounts');
    await judge(admin.with({ [name]: header }), 'PATCH', `/api/users/${world.people.other.id}`);
    await judge(world.tokens.administrator.with({ [name]: header }), 'GET', '/api/accounts');
  }
  await judge(admin.with({ 'Last-Event-ID': header }), 'GET', '/api/live');
  await judge(service.nobody.with({ Authorization: header }), 'GET', '/api/accounts');
  await judge(service.nobody.with({ Authorization: `Bearer ${header}` }), 'GET', '/api/accounts');
  expect(surprises).toEqual([]);
});

it.each([
  ['of another list', ['2026-01-01T00:00:00.000Z', 'x']],
  ['with too few parts', ['x']],
  ['with too many parts', ['a', 'b', 'c', 'd', 'e']],
  ['of other types', [{}, []]],
  ['of null values', [null, null]],
  ['with an invalid time', ['9999-99-99T99:99:99Z', 'x']],
  ['with SQL', [`'; select 1; --`, `'; select 1; --`]],
  ['with numbers beyond every limit', [1e308, 1e308]],
  ['that is not a list', { __proto__: null, length: 2 }],
])('a cursor %s is refused, on every list', async (_, key) => {
  const surprises: object[] = [];
  for (const cursor of [
    Buffer.from(JSON.stringify(key)).toString('base64url'),
    JSON.stringify(key),
    '%00',
    '=',
    'AAAA',
  ])
    for (const { path, operation } of routes.filter(({ method }) => method === 'GET')) {
      if (!operation.parameters?.some(({ name }) => name === 'cursor')) continue;
      const answer = await admin.get(`${pathOf({ path })}?cursor=${encodeURIComponent(cursor)}`);
      const namesCursor = answer.body.errors?.map(({ field }) => field).join() === 'cursor';
      if (answer.status !== 400 || verdict(answer) !== 'refused' || !namesCursor)
        surprises.push({ path, cursor, status: answer.status, answer: answer.body });
    }
  expect(surprises).toEqual([]);
});

it('keeps a name that looks like an attack unchanged', async () => {
  const name = `Robert'); drop table "accounts"; -- <script>alert(1)</script> \${7*7} %s`;
  const added = done(await admin.post<Recorded>('/api/users', { name, email: 'robert@mailroom.test', role: 'user' }));
  const users = await allOf<{ id: string; name: string }>(admin.after(added), '/api/users');
  expect(users.find(({ id }) => id === added.id)?.name).toBe(name);
});

it('leaves every follower running after all of these requests', async () => {
  await service.settled();
  expect((await service.nobody.get<{ status: string }>('/health/ready')).body.status).toBe('ready');
});
