import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { companyStream } from '../../src/companies/company.events.js';
import { RELEASE } from '../../src/platform/release.js';
import { runScript } from '../service/script-process.js';
import { ServiceProcess } from '../service/service-process.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Health {
  status: string;
  followers: { name: string; failure: { message: string } | null }[];
}

describe('a fact that a newer release recorded', () => {
  let running: RunningService;
  let admin: Requests;

  beforeAll(async () => {
    running = await RunningService.start();
    admin = await running.signedIn();
  });
  afterAll(() => running.stop());

  async function company(): Promise<string> {
    return done(await admin.post<Recorded>('/api/companies', { name: 'Ada & Co' })).id;
  }
  const record = (stream: string, type: string, data: object, v: number): Promise<unknown> =>
    running.service.platform.store.append(stream, 0, [
      {
        id: randomUUID(),
        type,
        data,
        metadata: { by: 'system', via: 'test', at: new Date().toISOString(), correlationId: 'c', causationId: null, v },
      },
    ]);
  const refused = { status: 503, body: { reason: 'fact-of-a-newer-release' } };

  it('refuses commands on its stream, and nothing else, when its type is unknown', async () => {
    const id = await company();
    await record(companyStream(id), 'CompanyMerged', { companyId: id }, 1);
    expect(await admin.patch(`/api/companies/${id}`, { name: 'Ada' })).toMatchObject(refused);
    expect(await admin.get(`/api/companies/${id}`)).toMatchObject({ status: 200 });
    expect(await admin.patch(`/api/companies/${await company()}`, { name: 'Ben' })).toMatchObject({ status: 200 });
  });

  it('stops its followers, which health names, when its shape is unknown', async () => {
    const id = await company();
    await record(companyStream(id), 'CompanyRenamed', { companyId: id, from: 'Ada & Co', to: 'Ada' }, 2);
    expect(await admin.patch(`/api/companies/${id}`, { name: 'Ada' })).toMatchObject(refused);
    const { body: health } = await waitUntil(
      () => admin.get<Health>('/health/ready'),
      ({ body }) => body.followers.filter(({ failure }) => failure !== null).length === 2,
    );
    expect(health.status).toBe('degraded');
    const stopped = health.followers.filter(({ failure }) => failure !== null);
    expect(stopped.map(({ name }) => name.split('@')[0])).toEqual(['companies', 'history']);
    for (const { failure } of stopped)
      expect(failure!.message).toMatch(/CompanyRenamed .* shape 2 .* Start the newest release/);
    expect(await admin.get('/api/companies')).toMatchObject({ status: 200 });
  });
});

describe('a database that a newer release migrated', () => {
  const refusal = `release 9.1.0 changed this database, and this release (${RELEASE}) does not know the change: migration 99 (letters). Start that release or a newer one, or restore a backup from before.\n`;
  let running: RunningService;
  let folder: string;
  let env: { DATA_DIR: string; DATABASE_URL: string };

  beforeAll(async () => {
    running = await RunningService.start();
    await running.end();
    env = { DATA_DIR: running.dataDir, DATABASE_URL: running.databaseUrl };
    folder = await mkdtemp(join(tmpdir(), 'mailroom-newer-'));
    await runScript('export', join(folder, 'before'), env);
    const database = new pg.Client(running.databaseUrl);
    await database.connect();
    await database.query(`insert into applied_migrations values (99, 'letters', '', '9.1.0')`);
    await database.end();
  });
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is refused by the service in one line', async () => {
    const service = ServiceProcess.start({ dataDir: running.dataDir, databaseUrl: running.databaseUrl });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.log).toBe(`Mailroom cannot start: ${refusal}`);
  });

  it.each([
    ['show-log', 'users'],
    ['rebuild-projection', 'all'],
    ['export', 'after'],
    ['import', 'before'],
  ] as const)('is refused by the command %s in one line', async (script, word) => {
    const isFolder = script === 'export' || script === 'import';
    const ended = await runScript(script, isFolder ? join(folder, word) : word, env);
    expect(ended).toEqual({ code: 1, signal: null, output: refusal });
  });
});
