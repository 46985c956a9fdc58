import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOVE_KILL_POINTS } from './kill-points.js';
import { freshDatabase, type TestDatabase } from '../database.js';
import { Api, NoAnswer, Problem } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';

let database: TestDatabase;
let dataDir: string;
let living: ServiceProcess | undefined;
let api: Api;

/** Starts the service unless it runs. */
async function live(): Promise<void> {
  if (living && !living.dead) return;
  living = ServiceProcess.start({ dataDir, databaseUrl: database.url });
  const url = await living.ready();
  api = api ? api.at(url) : await Api.signIn(url);
}

beforeAll(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'mailroom-moving-'));
});
afterAll(async () => {
  await living?.kill();
  await database?.drop();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

const nowhere = { host: '127.0.0.1', port: 1, security: 'none' };
const add = (address: string): Promise<{ id: string }> =>
  api.json('POST', '/api/accounts?skipTest=true', {
    address,
    password: 'secret',
    incoming: nowhere,
    outgoing: nowhere,
  });
const reasonOf = (asked: Promise<unknown>): Promise<string | undefined> =>
  asked.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Problem) return error.reason;
      throw error;
    },
  );

it.each(MOVE_KILL_POINTS)(
  'a change of address that is killed at %s leaves the account with one address and frees the other',
  async (point) => {
    const [before, after] = [`before.${point}@example.test`, `after.${point}@example.test`];
    await live();
    const { id } = await add(before);
    await living!.dieAt(point);
    await api.json('PATCH', `/api/accounts/${id}`, { address: after }).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
    });
    expect((await living!.ended).signal).toBe('SIGKILL');

    await live();
    await api.settled();
    const addressOf = async (account: string): Promise<string> =>
      (await api.json<{ address: string }>('GET', `/api/accounts/${account}`)).address;
    const [has, free] = point === 'move.recorded' ? [after, before] : [before, after];
    expect(await addressOf(id)).toBe(has);
    expect(await reasonOf(add(has))).toBe('address-taken');
    const other = await add(free);
    expect(await reasonOf(api.json('PATCH', `/api/accounts/${id}`, { address: free }))).toBe('address-taken');
    await api.json('PATCH', `/api/accounts/${other.id}`, { address: `third.${point}@example.test` });
    await api.json('PATCH', `/api/accounts/${id}`, { address: free });
    await api.settled();
    expect(await addressOf(id)).toBe(free);
  },
  300_000,
);
