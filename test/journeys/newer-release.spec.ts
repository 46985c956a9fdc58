import { randomUUID } from 'node:crypto';
import { companyStream } from '../../src/companies/company.events.js';
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
