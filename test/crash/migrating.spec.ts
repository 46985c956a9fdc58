import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabase, type TestDatabase } from '../database.js';
import { Api } from '../service/api.js';
import { ServiceProcess } from '../service/service-process.js';
import { MIGRATION_KILL_POINTS } from './kill-points.js';

let database: TestDatabase;
let dataDir: string;
let started: ServiceProcess[];

beforeEach(async () => {
  started = [];
  database = await emptyDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'mailroom-migrating-'));
});
afterEach(async () => {
  await Promise.all(started.map((service) => service.kill()));
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function start(point?: (typeof MIGRATION_KILL_POINTS)[number]): ServiceProcess {
  const killAt = point && { point, n: 1 };
  const service = ServiceProcess.start({ dataDir, databaseUrl: database.url, killAt });
  started.push(service);
  return service;
}

it.each(MIGRATION_KILL_POINTS)('a first start that is killed at %s is completed by the next one', async (point) => {
  expect((await start(point).ended).signal).toBe('SIGKILL');
  await (await Api.signIn(await start().ready())).settled();
});

it('two processes that start at once on an empty database both serve', async () => {
  const urls = await Promise.all([start(), start()].map((service) => service.ready()));
  for (const url of urls) await (await Api.signIn(url)).settled();
});
