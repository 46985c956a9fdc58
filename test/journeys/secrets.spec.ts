import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { tokensName } from '../../src/accounts/account.events.js';
import type { Tokens } from '../../src/accounts/sign-in/sign-in-provider.js';
import { CLIENT_SECRET, SignInWorld } from '../sign-in-world.js';
import { leaksIn as leaksOf, secrets } from './canaries.js';
import { accountOn, fetchMail } from './mailbox.js';
import { type Answer, done, type Problem, type Recorded, type Requests } from './requests.js';
import { ADMIN, RunningService } from './running-service.js';

const address = 'anna@example.test';
let service: RunningService;
let mail: MailServer;
let quoting: Server;
let world: SignInWorld;
const answers: string[] = [];
const tokens: string[] = [CLIENT_SECRET];

const noted = <T>(answer: Answer<T>): Answer<T> => {
  answers.push(JSON.stringify([...answer.headers]), answer.bytes.toString());
  return answer;
};

/** A server that quotes the refused command in its answer, as some servers do. */
async function startQuotingServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const line = chunk.toString().trim();
      socket.write(`${line.split(' ')[0]} NO [AUTHENTICATIONFAILED] I do not like ${line}\r\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function usePasswordsInEveryWay(admin: Requests): Promise<void> {
  const account = (password: string, settings: object = {}): object => accountOn(mail, address, password, settings);
  const incoming = { host: '127.0.0.1', port: (quoting.address() as { port: number }).port, security: 'none' };
  const add = async (body: object, query = '') => noted(await admin.post<Recorded>(`/api/accounts${query}`, body));

  expect((await add(account(secrets.refused))).status).toBe(422);
  expect((await add(account(secrets.quoted, { incoming }))).status).toBe(422);
  expect((await add({ ...account(secrets.malformed), port: 1 })).status).toBe(400);
  noted(await admin.post('/api/accounts', `{"address":"${address}","password":"${secrets.malformed}"`));
  const { id } = done(await add(account(secrets.mailbox)));
  expect((await add(account(secrets.refused))).status).toBe(409);
  const untested = done(await add(account(secrets.untested, { address: 'ben@example.test' }), '?skipTest=true'));
  expect(await fetchMail(admin, untested.id)).toMatchObject({ state: 'failed' });

  const change = async (password: string, by = admin) =>
    noted(await by.put<Recorded>(`/api/accounts/${id}/password`, { password }));
  expect((await change(secrets.changedRefused)).body).toMatchObject({ login: 'refused' });
  const twice = admin.with({ 'Idempotency-Key': 'twice' });
  expect((await change(secrets.repeated, twice)).body).toEqual((await change(secrets.repeated, twice)).body);
  expect((await change(secrets.malformed, twice)).status).toBe(422);
  expect((await change(secrets.malformed, admin.with({ 'If-Match': '"99"' }))).status).toBe(412);
  expect((await change(secrets.mailbox)).body).toMatchObject({ login: 'accepted' });
  expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });

  const person = { name: 'Ben', email: 'ben@mailroom.test', role: 'user', password: secrets.user };
  noted(await admin.post('/api/users', person));
  expect(noted(await admin.post('/api/users', { ...person, password: secrets.malformed })).status).toBe(409);
  const signIn = async (email: string, password: string) =>
    noted(await service.nobody.post<{ token: string }>('/api/session', { email, password }));
  expect((await signIn(person.email, secrets.guess)).status).toBe(401);
  expect((await signIn(secrets.mistyped, 'x')).status).toBe(401);
  tokens.push(done(await service.nobody.post<{ token: string }>('/api/session', ADMIN)).token);
  tokens.push(done(await admin.post<{ token: string }>('/api/tokens', { name: 'crm', role: 'user' })).token);
  for (const token of tokens) noted(await service.withToken(token).get('/api/me'));
  for (const path of ['', `/${id}`, `/${id}/history`, `/${untested.id}`, `/${untested.id}/fetches`])
    noted(await admin.get(`/api/accounts${path}`));
  noted(await service.nobody.get('/health/ready'));
}

/** Follows the redirect to the provider, signs in as `subject`, and comes back, with a forged code if there is one. */
async function signInAtProvider(sent: Answer<unknown>, subject: string, code?: string): Promise<Answer<Problem>> {
  const url = sent.headers.get('location')!;
  const [cookie] = sent.headers.getSetCookie().map((each) => each.split(';')[0]!) as [string];
  const to = await world.provider.signIn(url, subject);
  const { searchParams } = new URL(url);
  tokens.push(
    to.searchParams.get('code')!,
    searchParams.get('state')!,
    searchParams.get('nonce')!,
    cookie.split('=')[1]!,
  );
  if (code !== undefined) to.searchParams.set('code', code);
  const back = await service.nobody.with({ Cookie: cookie }).get(to.pathname + to.search);
  answers.push(back.bytes.toString());
  const session = /mailroom_session=([^;]+)/.exec(back.headers.getSetCookie().join('\n'))?.[1];
  if (session !== undefined) tokens.push(session);
  return back;
}

async function useTokensInEveryWay(admin: Requests): Promise<void> {
  const forged = 'canary-code-that-nobody-issued-3a3a';
  tokens.push(forged);
  const { id } = done(
    noted(
      await admin.post<Recorded>('/api/accounts', { address: 'cleo@example.test', signIn: 'google', ...world.servers }),
    ),
  );
  const begin = () => admin.get(`/api/oauth/google/start?accountId=${id}`);
  expect((await signInAtProvider(await begin(), 'cleo', forged)).body.reason).toBe('sign-in-refused');
  expect(await signInAtProvider(await begin(), 'cleo')).toMatchObject({ status: 200, body: { login: 'accepted' } });
  const { vault } = service.service.platform;
  const kept = JSON.parse((await vault.reveal(tokensName(id), 1))!) as Tokens;
  await vault.replace(tokensName(id), 1, JSON.stringify({ ...kept, expiresAt: Date.now() }));
  expect(await fetchMail(admin, id)).toMatchObject({ state: 'done' });
  const refused = 'canary-token-that-was-refused-1c1c';
  tokens.push(refused);
  await vault.replace(
    tokensName(id),
    1,
    JSON.stringify({ ...kept, accessToken: refused, expiresAt: Date.now() + 3_600_000 }),
  );
  world.provider.forgetGrants();
  expect(await fetchMail(admin, id)).toMatchObject({ state: 'failed', reason: 'sign-in-needed' });
  for (const path of ['', `/${id}`, `/${id}/history`, `/${id}/attempts`, `/${id}/fetches`])
    noted(await admin.get(`/api/accounts${path}`));

  const beginAsPerson = () => service.nobody.get('/api/session/openid/start');
  expect((await signInAtProvider(await beginAsPerson(), 'cleo', forged)).body.reason).toBe('sign-in-refused');
  expect((await signInAtProvider(await beginAsPerson(), 'cleo')).status).toBe(200);
  for (const path of ['users', 'attempts', 'audit/facts']) noted(await admin.get(`/api/${path}`));
  expect(world.provider.tokenRequests).toEqual(expect.arrayContaining(['authorization_code', 'refresh_token']));
  // In a token with parts, only the signature at its end cannot be computed from other data.
  tokens.push(...world.provider.issued.map((token) => token.split('.').at(-1)!));
}

beforeAll(async () => {
  world = await SignInWorld.start({
    people: { cleo: { email: 'cleo@example.test', email_verified: true, roles: 'staff' } },
    users: { 'cleo@example.test': 'password-of-cleo' },
  });
  const { env, config } = world.service;
  [service, mail, quoting] = await Promise.all([
    RunningService.start({ embedded: true, env: { ...env, ...world.forPeople, LOG_LEVEL: 'trace' }, config }),
    startMailServer({ users: { [address]: secrets.mailbox } }),
    startQuotingServer(),
  ]);
  const admin = await service.signedIn();
  await usePasswordsInEveryWay(admin);
  await useTokensInEveryWay(admin);
  await service.settled();
}, 120_000);
afterAll(async () => {
  quoting?.close();
  await Promise.all([service?.stop(), mail?.stop(), world?.stop()]);
});

const leaksIn = (text: string): string[] => leaksOf(text, tokens);

async function everyRow(): Promise<Record<string, string>> {
  const client = new pg.Client(service.databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const dump: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: all } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    dump[name] = all.map(({ row }) => row).join('\n');
  }
  await client.end();
  return dump;
}

it('no table holds a secret', async () => {
  const dump = await everyRow();
  expect(Object.values(dump).join('\n')).toContain('AccountAdded');
  expect(Object.entries(dump).flatMap(([name, text]) => leaksIn(text).map((leak) => [name, leak]))).toEqual([]);
});

it('the searched values exist: tokens of each kind, codes and the client secret', () => {
  expect(world.provider.issued.filter((token) => token.includes('.'))).toHaveLength(3);
  expect(new Set(tokens).size).toBeGreaterThan(25);
  for (const token of tokens) expect(token.length).toBeGreaterThan(20);
  expect(leaksIn(`Authorization: Basic ${Buffer.from(`mailroom:${CLIENT_SECRET}`).toString('base64')}`)).toEqual([
    'token 0',
  ]);
});

it('no answer holds a secret, except the answer that creates a token', () => {
  expect(answers.length).toBeGreaterThan(40);
  expect(answers.flatMap(leaksIn)).toEqual([]);
});

it('no line of the log holds a secret, even at the level trace', () => {
  expect(service.logged.length).toBeGreaterThan(40);
  expect(service.logged.flatMap(leaksIn)).toEqual([]);
});

it.each(['hex', 'base64', 'base64url'] as const)('the search finds a secret among other bytes as %s', (encoding) => {
  for (const before of ['', 'x', 'xy', 'xyz'])
    expect(leaksIn(Buffer.from(`${before}${secrets.mailbox}, and more`).toString(encoding))).toEqual(['mailbox']);
});

/** Files of the stopped service, including the tables, indices and write-ahead log of PostgreSQL. */
async function everyFile(): Promise<{ name: string; text: string }[]> {
  await service.end();
  const files = (await readdir(service.dataDir, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const text = (await readFile(join(parentPath, name))).toString('latin1');
      return { name, text: text.replace(/\0+/g, '\0') };
    }),
  );
}

it('no file holds a secret', async () => {
  const files = await everyFile();
  const holding = (text: string): string[] => files.filter((file) => file.text.includes(text)).map(({ name }) => name);
  expect(holding('AccountAdded').length).toBeGreaterThan(1);
  expect(holding('AccountAdded').filter((name) => /^[0-9A-F]{24}$/.test(name))).not.toEqual([]);
  expect(files.flatMap(({ name, text }) => leaksIn(text).map((leak) => [name, leak]))).toEqual([]);
}, 120_000);
