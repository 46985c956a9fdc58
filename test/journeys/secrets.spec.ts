import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { type MailServer, startMailServer } from '../../demo/mail-server/mail-server.js';
import { leaksIn as leaksOf, secrets } from './canaries.js';
import { accountOn, fetchMail } from './mailbox.js';
import { type Answer, done, type Recorded, type Requests } from './requests.js';
import { ADMIN, RunningService } from './running-service.js';

const address = 'anna@example.test';
let service: RunningService;
let mail: MailServer;
let quoting: Server;
const answers: string[] = [];
const tokens: string[] = [];

const noted = <T>(answer: Answer<T>): Answer<T> => {
  answers.push(JSON.stringify([...answer.headers]), answer.bytes.toString());
  return answer;
};

/** A server that quotes what it refuses, as some do. */
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

beforeAll(async () => {
  [service, mail, quoting] = await Promise.all([
    RunningService.start({ env: { LOG_LEVEL: 'trace' } }),
    startMailServer({ users: { [address]: secrets.mailbox } }),
    startQuotingServer(),
  ]);
  await usePasswordsInEveryWay(await service.signedIn());
  await service.settled();
});
afterAll(async () => {
  quoting?.close();
  await Promise.all([service?.stop(), mail?.stop()]);
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

it('no file holds a secret', async () => {
  const files = (await readdir(service.dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const { parentPath, name } of files)
    expect([name, leaksIn((await readFile(join(parentPath, name))).toString('latin1'))]).toEqual([name, []]);
});

it('no answer holds a secret but the one that creates a token', () => {
  expect(answers.length).toBeGreaterThan(40);
  expect(answers.flatMap(leaksIn)).toEqual([]);
});

it('no line of the log holds a secret, however much is logged', () => {
  expect(service.logged.length).toBeGreaterThan(40);
  expect(service.logged.flatMap(leaksIn)).toEqual([]);
});

it.each(['hex', 'base64', 'base64url'] as const)('this search would have found a secret among other bytes as %s', (encoding) => {
  for (const before of ['', 'x', 'xy', 'xyz'])
    expect(leaksIn(Buffer.from(`${before}${secrets.mailbox}, and more`).toString(encoding))).toEqual(['mailbox']);
});
